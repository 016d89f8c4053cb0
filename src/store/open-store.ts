import type { Logger } from '../platform/logger.js';
import type { Store } from '../runtime/ports.js';
import { databaseLocation } from './database-url.js';
import { migrate, migrateSqlite } from './migrate.js';
import { PostgresStore } from './postgres/postgres-store.js';
import type { StoreLoad, StoreMeter } from './store-metrics.js';
import { SqliteStore } from './sqlite/sqlite-store.js';

export { migrate, NewerDatabase } from './migrate.js';
export { DatabaseInUse } from './sqlite/sqlite-file-lock.js';

/** Where the database is, and what the store works with. */
export interface StoreOptions {
  /** `sqlite:<path>` or `postgres://…`. */
  readonly databaseUrl: string;
  readonly logger: Logger;
  /** Tells the time of every unit of work instead of the database's clock (PostgreSQL) or the host's (SQLite). */
  readonly clock?: { now(): number; elapsed?(): number };
  readonly meter?: StoreMeter;
}

/** A store that tells how busy it is. */
export type OpenedStore = Store & { readonly load: () => StoreLoad };

/**
 * Opens the store, after bringing the database to the schema of this release.
 * @throws DatabaseInUse when another server has the SQLite file; NewerDatabase when a later release has changed the database.
 */
export async function openStore(options: StoreOptions): Promise<OpenedStore> {
  const { logger, clock, meter } = options;
  const location = databaseLocation(options.databaseUrl);
  if (location.kind === 'sqlite') {
    const now = clock === undefined ? Date.now : () => clock.now();
    const prepare = async (): Promise<void> => logMigrations(logger, await migrateSqlite(location.path));
    const elapsed = clock?.elapsed && (() => clock.elapsed?.() ?? 0);
    const options = { now, ...(elapsed && { elapsed }), logger, prepare, ...(meter && { meter }) };
    return SqliteStore.open(location.path, options);
  }
  logMigrations(logger, await migrate(location.url));
  return new PostgresStore(location.url, {
    now: clock === undefined ? undefined : () => clock.now(),
    logger,
    ...(meter && { meter }),
  });
}

function logMigrations(logger: Logger, names: readonly string[]): void {
  if (names.length > 0) logger.info({ migrations: names }, 'the database has the schema of this release now');
}
