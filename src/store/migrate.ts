import knexPackage, { type Knex } from 'knex';
import pg from 'pg';
import { databaseLocation } from './database-url.js';
import { migrationSource, migrations } from './migrations.js';
import { openSqliteConnection } from './sqlite/sqlite-connection.js';
import { lockSqliteFile } from './sqlite/sqlite-file-lock.js';

/** The database was written by a later release, whose data this one cannot read. */
export class NewerDatabase extends Error {
  override readonly name = 'NewerDatabase';
}

/** Where the names of the migrations are kept that a database has had. */
export const migrationTable = 'schema_migration';

/** The first eight bytes of SHA-256("throughline migrations"), as PostgreSQL's signed number. */
const advisoryLock = '4750029641244986058';

/**
 * Brings a database to the schema of this release and answers the migrations that ran. Each is one transaction, so a
 * start that was killed is simply repeated. Nodes that start at once wait for each other (PostgreSQL); a SQLite file
 * that a server uses is refused.
 * @throws NewerDatabase when the database has a migration that this release does not know.
 */
export async function migrate(databaseUrl: string): Promise<readonly string[]> {
  const location = databaseLocation(databaseUrl);
  if (location.kind === 'postgres') return migratePostgres(location.url);
  const lock = lockSqliteFile(location.path);
  try {
    return await migrateSqlite(location.path);
  } finally {
    lock.release();
  }
}

/** As `migrate`, for one who holds the file's lock. */
export async function migrateSqlite(path: string): Promise<readonly string[]> {
  // Sets the file to write-ahead logging, and fails with a clear message if it cannot be opened.
  openSqliteConnection(path).close();
  return runMigrations({
    client: 'better-sqlite3',
    connection: { filename: path },
    useNullAsDefault: true,
    pool: {
      min: 1,
      max: 1,
      afterCreate: (connection: { pragma(text: string): unknown }, done: () => void) => {
        connection.pragma('synchronous = FULL');
        done();
      },
    },
  });
}

async function migratePostgres(url: string): Promise<readonly string[]> {
  const guard = new pg.Client({ connectionString: url });
  await guard.connect();
  try {
    await guard.query('SELECT pg_advisory_lock($1)', [advisoryLock]);
    return await runMigrations({ client: 'pg', connection: url, pool: { min: 0, max: 1 } });
  } finally {
    await guard.end();
  }
}

/** Runs what is missing; the caller has made sure that nobody else does. */
async function runMigrations(config: Knex.Config): Promise<readonly string[]> {
  const knex = knexPackage(config);
  try {
    await refuseNewerDatabase(knex);
    const settings: Knex.MigratorConfig = { migrationSource, tableName: migrationTable };
    // A start that was killed may have left knex's own lock; ours says that nobody has it.
    await knex.migrate.forceFreeMigrationsLock(settings);
    const [, names] = (await knex.migrate.latest(settings)) as [number, string[]];
    return names;
  } finally {
    await knex.destroy();
  }
}

async function refuseNewerDatabase(knex: Knex): Promise<void> {
  if (!(await knex.schema.hasTable(migrationTable))) return;
  const applied = await knex<{ name: string }>(migrationTable).select('name');
  const known = new Set(migrations.map(({ name }) => name));
  const unknown = applied.map(({ name }) => name).filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new NewerDatabase(
    `Expected a database of this release or an earlier one, but a later one has changed it (${unknown.join(', ')}). ` +
      'Run that release, or restore a backup from before the upgrade.',
  );
}
