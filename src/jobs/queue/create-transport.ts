import type { QueueConfig } from '../../platform/config.js';
import type { Logger } from '../../platform/logger.js';
import { createPostgresTransport } from './postgres-transport.js';
import type { QueueTransport } from './queue-transport.js';
import { createRedisTransport } from './redis-transport.js';

/** BullMQ where the configuration says. Rejects with what it cannot run on. */
export function createTransport(
  { kind, url, prefix }: Exclude<QueueConfig, { kind: 'in-process' }>,
  logger: Logger,
): Promise<QueueTransport> {
  switch (kind) {
    case 'redis':
      return createRedisTransport(url, prefix, logger);
    case 'postgres':
      return createPostgresTransport(url, prefix, logger);
    default:
      return kind satisfies never;
  }
}
