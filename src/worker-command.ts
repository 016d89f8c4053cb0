import { command, inWords, UsageError } from './cli/command.js';
import { serverUrlOf } from './cli/server.js';
import { HandlersError } from './jobs/load-handlers.js';
import { loadConfig } from './platform/config.js';
import { createLogger } from './platform/logger.js';
import { NewerDatabase } from './store/open-store.js';
import { stopOnSignal } from './stop-on-signal.js';
import { work } from './work.js';

/** Does jobs in a process of its own until SIGTERM or SIGINT. */
export const workerCommand = command({
  summary: 'do jobs that a queue brings, beside the server',
  usage: ['worker [--types a,b] [--concurrency N] [--server URL]'],
  about: `Does jobs until SIGTERM or SIGINT: what is at work is finished or given back within SHUTDOWN_GRACE_MS; a second signal
ends it at once.

It needs the variables of the server: REDIS_URL or QUEUE=postgres, DATABASE_URL, HANDLERS_DIR, THROUGHLINE_API_KEY,
and those of the adapters. See docs/workers.md.`,
  options: {
    types: {
      type: 'string',
      value: 'a,b',
      about: 'only jobs of these types; default all that it has handlers for',
    },
    concurrency: {
      type: 'string',
      value: 'N',
      about: 'jobs at once, of all types together; default JOB_CONCURRENCY',
    },
    server: {
      type: 'string',
      value: 'URL',
      about:
        'the server, where it keeps its data in SQLite; default THROUGHLINE_URL, else http://127.0.0.1:8080',
    },
  },
  words: { min: 0, max: 0, expected: 'nothing else' },
  examples: ['QUEUE=postgres throughline worker --types charge-card,pack --concurrency 20'],
  async run({ values }, { env }) {
    const { types, concurrency } = values;
    const serverUrl = serverUrlOf(values.server, env);
    const config = loadConfig(
      { ...env, ...(concurrency === undefined ? {} : { JOB_CONCURRENCY: concurrency }) },
      ['HANDLERS_DIR'],
    );
    const logger = createLogger({
      level: config.logLevel,
      redactedVariables: config.redactedVariables,
    });
    for (const warning of config.warnings) logger.warn(warning);
    const options = { serverUrl, ...(types === undefined ? {} : { types: listOf(types) }) };
    const working = await inWords(() => work(config, options, logger), [HandlersError, NewerDatabase]);
    stopOnSignal(() => working.stop(), config.shutdownGraceMs, logger);
    logger.info({ types: working.types, concurrency: config.jobConcurrency }, 'worker ready');
  },
});

function listOf(types: string): readonly string[] {
  const list = types.split(',').map((type) => type.trim());
  if (list.every((type) => type !== '')) return list;
  throw new UsageError(
    `Expected --types to be names separated by commas but found ${JSON.stringify(types)}.`,
  );
}
