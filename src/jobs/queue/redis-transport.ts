import { once } from 'node:events';
import { Queue, Worker } from 'bullmq';
import type { Logger } from '../../platform/logger.js';
import { createBullmqJobQueue, queueOptions } from './bullmq-job-queue.js';
import type { QueueTransport } from './queue-transport.js';
import { checkRedis, connectConsumer, connectProducer } from './redis.js';

/** BullMQ on Redis. @throws UnusableRedis when the Redis that answers is too old */
export async function createRedisTransport(
  url: string,
  prefix: string,
  logger: Logger,
): Promise<QueueTransport> {
  await checkRedis(url, logger);
  return {
    openQueue() {
      const connection = connectProducer(url, logger);
      const connected = Promise.race([once(connection, 'ready'), once(connection, 'close')]);
      return createBullmqJobQueue({
        open: (name) => quiet(new Queue(name, { ...queueOptions, connection, prefix })),
        ready: async () => {
          if (connection.status !== 'ready') throw new Error(`The connection is ${connection.status}.`);
        },
        // Redis has lost what it had when the marker is not there.
        hasLost: async () => {
          await connected;
          return (await connection.set(`${prefix}:marker`, '1', 'NX')) === 'OK';
        },
        close: async () => connection.disconnect(),
      });
    },
    openWorkers() {
      const connection = connectConsumer(url, logger);
      return {
        open: (name, processor, options) => new Worker(name, processor, { ...options, connection, prefix }),
        close: async () => connection.disconnect(),
      };
    },
  };
}

/** What a queue tells by itself of its connection, the connection has told. */
function quiet(queue: Queue): Queue {
  queue.on('error', () => {});
  return queue;
}
