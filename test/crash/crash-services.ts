import { join } from 'node:path';
import { type PrivateRedis, privateRedis } from '../support/private-redis.js';
import { type RestartablePostgres, startPostgres } from '../support/services/postgres-service.js';
import type { CrashOptions } from './crash-options.js';

/** What servers and workers of a round use, all of it their own, so that it may be killed. */
export interface CrashServices {
  readonly databaseUrl: string;
  readonly postgres: RestartablePostgres | undefined;
  readonly redis: PrivateRedis | undefined;
  /** The variables that choose them. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Something that this machine lacks. */
export class ServiceMissing extends Error {
  override readonly name = 'ServiceMissing';
}

/** Starts them. @throws ServiceMissing */
export async function startCrashServices(
  { database, queue }: Pick<CrashOptions, 'database' | 'queue'>,
  folder: string,
): Promise<CrashServices> {
  const redis = queue === 'redis' ? await privateRedis() : undefined;
  if (queue === 'redis' && redis === undefined) throw new ServiceMissing('there is no redis-server');
  const postgres = database === 'postgres' ? await startPostgres() : undefined;
  if (postgres?.available === false) throw new ServiceMissing(postgres.reason);
  await redis?.start();
  const databaseUrl = postgres?.url ?? `sqlite:${join(folder, 'throughline.db')}`;
  return {
    databaseUrl,
    postgres,
    redis,
    env: {
      DATABASE_URL: databaseUrl,
      ...(redis === undefined ? {} : { REDIS_URL: redis.url }),
      ...(queue === 'postgres' ? { QUEUE: 'postgres' } : {}),
    },
    async close() {
      await redis?.kill();
      await postgres?.close();
    },
  };
}
