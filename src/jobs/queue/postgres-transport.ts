import { createPostgresBackend, withBackend } from 'bullmq';
import pg from 'pg';
import type { Logger } from '../../platform/logger.js';
import { createBullmqJobQueue, queueOptions } from './bullmq-job-queue.js';
import { OutageLog } from './outage-log.js';
import type { QueueTransport } from './queue-transport.js';

const { Queue, Worker } = withBackend(createPostgresBackend);

const answerLimitMs = 5_000;
/** Connections of each queue that is put on, and of each that is worked on (which has one more, to listen). */
const producers = 1;
const consumers = 2;

/** BullMQ on PostgreSQL, its tables in a schema of their own, which is made and kept up to date. Rejects when that cannot be done. */
export async function createPostgresTransport(
  connectionString: string,
  schema: string,
  logger: Logger,
): Promise<QueueTransport> {
  const settings = { connectionString, schema, connectionTimeoutMillis: answerLimitMs, keepAlive: true };
  const first = new Queue('schema', {
    connection: { ...settings, migrate: true, max: 1 },
    skipMetasUpdate: true,
  });
  first.on('error', () => {});
  try {
    await first.waitUntilReady();
  } finally {
    await first.close();
  }
  return {
    openQueue() {
      const outages = new OutageLog(logger, 'PostgreSQL, as the queue,');
      const probe = new pg.Pool({ connectionString, max: 1, connectionTimeoutMillis: answerLimitMs });
      probe.on('error', (error) => outages.failed(error));
      const answers = async (): Promise<void> => {
        await probe.query('SELECT 1');
        outages.worked();
      };
      return createBullmqJobQueue({
        open: (name) => {
          const queue = new Queue(name, { ...queueOptions, connection: { ...settings, max: producers } });
          queue.on('error', (error) => outages.failed(error));
          return queue;
        },
        ready: async () => {},
        // It keeps what it has: tables do not vanish beside those of the jobs.
        hasLost: () => answers().then(() => false),
        close: () => probe.end(),
      });
    },
    openWorkers: () => ({
      open: (name, processor, options) =>
        new Worker(name, processor, { ...options, connection: { ...settings, max: consumers } }),
      close: async () => {},
    }),
  };
}
