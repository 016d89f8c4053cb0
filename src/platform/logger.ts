import { pino } from 'pino';
import { createRedaction, noRedaction, withoutCredentials } from './redaction.js';

/** The server's logger: one JSON line per entry, `logger.info({ jobId }, 'job completed')`. */
export type Logger = pino.Logger;

/** How much is written, from pino's levels. */
export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** What is never written to the log, wherever it stands in the first levels of an entry. */
export const redactedKeys = [
  'authorization',
  'Authorization',
  'cookie',
  'set-cookie',
  'x-api-key',
  'apiKey',
  'password',
  'token',
  'accessToken',
  'refreshToken',
  'secret',
  'clientSecret',
  'secrets',
] as const;

/** Each `*` makes every entry dearer to write; what we log is not deeper than `req.headers.authorization`. */
const wildcardDepths = ['', '*.', '*.*.'];

/** Where log lines go; standard output unless told otherwise. */
export interface LogDestination {
  write(line: string): void;
}

/**
 * A logger that writes JSON lines with ISO times, and `[redacted]` for credentials: under the names of `redactedKeys`, in URLs and after
 * `Bearer` wherever they stand, and under `redactedVariables` at any depth.
 */
export function createLogger(
  options: {
    readonly level: LogLevel;
    readonly base?: Readonly<Record<string, unknown>>;
    readonly redactedVariables?: readonly string[];
  },
  destination: LogDestination = pino.destination({ fd: 1 }),
): Logger {
  const { redactedVariables = [] } = options;
  const redact = createRedaction(redactedVariables);
  return pino(
    {
      level: options.level,
      base: { ...options.base },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        ...(redact === noRedaction ? {} : { log: redact }),
      },
      redact: {
        paths: wildcardDepths.flatMap((depth) =>
          [...redactedKeys, ...redactedVariables].map((key) => redactionPath(depth, key)),
        ),
        censor: '[redacted]',
      },
    },
    {
      write: (line: string) => destination.write(mayHoldCredentials(line) ? withoutCredentials(line) : line),
    },
  );
}

/** Most lines hold none, and are written as they are. */
function mayHoldCredentials(line: string): boolean {
  return line.includes('@') || line.includes('tl_') || /\b(bearer|basic) /i.test(line);
}

/** Writes nothing. */
export const silentLogger: Logger = pino({ level: 'silent' });

function redactionPath(depth: string, key: string): string {
  if (/^\w+$/.test(key)) return `${depth}${key}`;
  const quoted = `[${JSON.stringify(key)}]`;
  return depth === '' ? quoted : `${depth.slice(0, -1)}${quoted}`;
}
