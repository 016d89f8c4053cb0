import { after } from 'mocha';
import { openPostgres } from './services/postgres-service.js';
import { openRedis } from './services/redis-service.js';
import type { Service } from './services/service.js';

export type { Service } from './services/service.js';
export { postgresBinaries, type RestartablePostgres, startPostgres } from './services/postgres-service.js';
export { startRedis } from './services/redis-service.js';

/** The database that this run of the `*.db.test.ts` suites is about. TEST_DATABASE says which; SQLite by default. */
export function testDatabaseKind(): 'sqlite' | 'postgres' {
  const kind = process.env['TEST_DATABASE'] ?? 'sqlite';
  if (kind === 'sqlite' || kind === 'postgres') return kind;
  throw new Error(`Expected TEST_DATABASE to be sqlite or postgres but found ${JSON.stringify(kind)}.`);
}

const opened = new Map<string, Promise<Service>>();

/** PostgreSQL with an empty database of this run, the same one for all who ask; see the README on how it is found. */
export function testPostgres(): Promise<Service> {
  return openOnce('postgres', openPostgres);
}

/** Redis, perhaps shared with others: use keys with a prefix of your own and never flush. */
export function testRedis(): Promise<Service> {
  return openOnce('redis', openRedis);
}

function openOnce(name: string, open: () => Promise<Service>): Promise<Service> {
  const service = opened.get(name) ?? open();
  opened.set(name, service);
  return service;
}

after('close the services', async function closeServices() {
  this.timeout(60_000);
  for (const service of await Promise.all(opened.values())) {
    if (service.available) await service.close();
  }
});
