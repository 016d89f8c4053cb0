import { type Command, parseArguments, UsageError } from './command.js';
import { loadConfig } from './platform/config.js';
import { createLogger } from './platform/logger.js';
import { stopOnSignal } from './stop-on-signal.js';
import { work } from './work.js';

/** Does jobs in a process of its own until SIGTERM or SIGINT. */
export const workerCommand: Command = {
  summary: 'do jobs that a queue brings, beside the server',
  help: `Usage: throughline worker [--types a,b] [--concurrency N] [--server URL]

Does jobs until SIGTERM or SIGINT: what is at work is finished or given back within SHUTDOWN_GRACE_MS; a second signal
ends it at once.

  --types a,b      only jobs of these types; default all that it has handlers for
  --concurrency N  jobs at once, of all types together; default JOB_CONCURRENCY
  --server URL     the server, where it keeps its data in SQLite; default THROUGHLINE_URL or http://127.0.0.1:8080

It needs the variables of the server: REDIS_URL or QUEUE=postgres, DATABASE_URL, HANDLERS_DIR, THROUGHLINE_API_KEY,
and those of the adapters. See docs/workers.md.
`,
  async run(args) {
    const { values } = parseArguments(args, {
      options: {
        types: { type: 'string' },
        concurrency: { type: 'string' },
        server: { type: 'string' },
      },
    });
    const { types, concurrency } = values;
    const serverUrl = values.server ?? process.env['THROUGHLINE_URL'] ?? 'http://127.0.0.1:8080';
    if (!/^https?:\/\//.test(serverUrl) || !URL.canParse(serverUrl)) {
      throw new UsageError(
        `Expected --server to be a URL of http or https but found ${JSON.stringify(serverUrl)}.`,
      );
    }
    const config = loadConfig({
      ...process.env,
      ...(concurrency === undefined ? {} : { JOB_CONCURRENCY: concurrency }),
    });
    const logger = createLogger({
      level: config.logLevel,
      redactedVariables: config.redactedVariables,
    });
    for (const warning of config.warnings) logger.warn(warning);
    const working = await work(
      config,
      { serverUrl, ...(types === undefined ? {} : { types: listOf(types) }) },
      logger,
    );
    stopOnSignal(() => working.stop(), config.shutdownGraceMs, logger);
    logger.info({ types: working.types, concurrency: config.jobConcurrency }, 'worker ready');
  },
};

function listOf(types: string): readonly string[] {
  const list = types.split(',').map((type) => type.trim());
  if (list.every((type) => type !== '')) return list;
  throw new UsageError(
    `Expected --types to be names separated by commas but found ${JSON.stringify(types)}.`,
  );
}
