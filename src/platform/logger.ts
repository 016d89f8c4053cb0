import { pino } from 'pino';

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

/** A logger that writes JSON lines with ISO times, and `[redacted]` for credentials (`redactedKeys`). */
export function createLogger(
  options: { readonly level: LogLevel; readonly base?: Readonly<Record<string, unknown>> },
  destination: LogDestination = pino.destination({ fd: 1 }),
): Logger {
  return pino(
    {
      level: options.level,
      base: { ...options.base },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: wildcardDepths.flatMap((depth) => redactedKeys.map((key) => redactionPath(depth, key))),
        censor: '[redacted]',
      },
    },
    destination,
  );
}

/** Writes nothing. */
export const silentLogger: Logger = pino({ level: 'silent' });

function redactionPath(depth: string, key: string): string {
  if (!key.includes('-')) return `${depth}${key}`;
  return depth === '' ? `["${key}"]` : `${depth.slice(0, -1)}["${key}"]`;
}
