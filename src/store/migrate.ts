import knexPackage, { type Knex } from 'knex';
import pg from 'pg';
import { databaseLocation } from './database-url.js';
import { migrationSource, migrations } from './migrations.js';
import { textOf } from './sql-value.js';
import { openSqliteConnection } from './sqlite/sqlite-connection.js';
import { lockSqliteFile } from './sqlite/sqlite-file-lock.js';
import { statement } from './statement.js';

/** The database was written by a later release, whose data this one cannot read. */
export class NewerDatabase extends Error {
  override readonly name = 'NewerDatabase';
}

/** Where the names of the migrations are kept that a database has had. */
const migrationTable = 'schema_migration';

const findTable = statement(`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1`);
const applied = statement(`SELECT name FROM ${migrationTable} ORDER BY id`);

/** The first eight bytes of SHA-256("throughline migrations"), as PostgreSQL's signed number. */
const advisoryLock = '4750029641244986058';

/**
 * Brings a database to the schema of this release and answers the migrations that ran. They run in one transaction, so
 * that a start that was killed is simply repeated. Nodes that start at once wait for each other (PostgreSQL); a SQLite file
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
  if (isComplete(appliedToFile(path))) return [];
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

/** Also sets the file to write-ahead logging, which it keeps. */
function appliedToFile(path: string): readonly string[] {
  const connection = openSqliteConnection(path);
  try {
    const [exists] = connection.all(findTable, [migrationTable]);
    return exists === undefined ? [] : connection.all(applied, []).map(([name]) => textOf(name));
  } finally {
    connection.close();
  }
}

async function migratePostgres(url: string): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    if (isComplete(await appliedToDatabase(client))) return [];
    await client.query('SELECT pg_advisory_lock($1)', [advisoryLock]);
    // Another node may have done it meanwhile, or a later release more than that.
    if (isComplete(await appliedToDatabase(client))) return [];
    return await runMigrations({ client: 'pg', connection: url, pool: { min: 0, max: 1 } });
  } finally {
    await client.end();
  }
}

async function appliedToDatabase(client: pg.Client): Promise<readonly string[]> {
  const exists = await client.query('SELECT 1 WHERE to_regclass($1) IS NOT NULL', [migrationTable]);
  if (exists.rowCount === 0) return [];
  const { rows } = await client.query<{ name: string }>(applied.sql);
  return rows.map(({ name }) => name);
}

/** Whether nothing is left to do. @throws NewerDatabase */
function isComplete(names: readonly string[]): boolean {
  expectKnownMigrations(names);
  return names.length === migrations.length;
}

/** @throws NewerDatabase when one of the migrations that a database has had is of a later release. */
export function expectKnownMigrations(names: readonly string[]): void {
  const known = new Set(migrations.map(({ name }) => name));
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new NewerDatabase(
    `Expected a database of this release or an earlier one, but a later one has changed it (${unknown.join(', ')}). ` +
      'Run that release, or restore a backup from before the upgrade.',
  );
}

/** Runs what is missing; the caller has made sure that nobody else does. */
async function runMigrations(config: Knex.Config): Promise<readonly string[]> {
  // What knex has to say it also throws.
  const silent = { warn() {}, error() {}, debug() {}, deprecate() {} };
  const knex = knexPackage({ ...config, log: silent });
  try {
    const settings: Knex.MigratorConfig = { migrationSource, tableName: migrationTable };
    // A start that was killed may have left knex's own lock; ours says that nobody has it.
    await knex.migrate.forceFreeMigrationsLock(settings);
    const [, names] = (await knex.migrate.latest(settings)) as [number, string[]];
    return names;
  } finally {
    await knex.destroy();
  }
}
