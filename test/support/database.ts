import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'mocha';
import pg from 'pg';
import { silentLogger } from '../../src/platform/logger.js';
import type { Store } from '../../src/runtime/ports.js';
import { migrate, openStore } from '../../src/store/open-store.js';
import { testDatabaseKind, testPostgres } from './services.js';

/** A store with an empty database of its own. */
export interface TestStore {
  readonly store: Store;
  /** For a second store on the same database (PostgreSQL), or the next one after a restart (both). */
  readonly databaseUrl: string;
  /** Closes the store and removes the database. Closing the store before does no harm. */
  close(): Promise<void>;
}

/** An empty database, with the schema of this release or, with `migrated` false, without any. */
export interface TestDatabase {
  readonly databaseUrl: string;
  remove(): Promise<void>;
}

/**
 * Opens a store of the kind that TEST_DATABASE names (see `testDatabaseKind`). Without a clock the time is the database's,
 * as in production.
 */
export async function openTestStore(
  options: { readonly clock?: { now(): number; elapsed?(): number } } = {},
): Promise<TestStore> {
  const { databaseUrl, remove } = await createTestDatabase();
  const store = await openStore({ databaseUrl, logger: silentLogger, ...options });
  return {
    store,
    databaseUrl,
    async close() {
      await store.close();
      await remove();
    },
  };
}

export async function createTestDatabase(
  options: { readonly migrated?: boolean } = {},
): Promise<TestDatabase> {
  const { migrated = true } = options;
  return testDatabaseKind() === 'sqlite' ? createFile(migrated) : createDatabase(migrated);
}

async function createFile(migrated: boolean): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'throughline-test-'));
  const path = join(folder, 'throughline.db');
  if (migrated) await writeFile(path, await (emptyFile ??= createEmptyFile()));
  return { databaseUrl: `sqlite:${path}`, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** A file with the schema, made once in a test run, of which the others are copies. */
let emptyFile: Promise<Uint8Array> | undefined;

async function createEmptyFile(): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'throughline-test-'));
  const path = join(folder, 'throughline.db');
  try {
    await migrate(`sqlite:${path}`);
    return await readFile(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A database with the schema, made once in a test run, of which the others are copies. */
let template: Promise<string> | undefined;
/** Databases with the schema and nothing else in them, to be used again: to empty one costs less than to make one. */
const emptied: string[] = [];

async function createDatabase(migrated: boolean): Promise<TestDatabase> {
  const name = (migrated ? emptied.pop() : undefined) ?? (await createNamed(migrated));
  return {
    databaseUrl: await urlOf(name),
    async remove() {
      if (!migrated) return dropDatabase(name);
      await emptyDatabase(name);
      emptied.push(name);
    },
  };
}

async function createNamed(migrated: boolean): Promise<string> {
  const name = freshName();
  const copied = migrated ? ` TEMPLATE ${await (template ??= createTemplate())}` : '';
  await administer(`CREATE DATABASE ${name}${copied}`);
  return name;
}

/** Ends what a test has left open, and deletes all rows. */
async function emptyDatabase(name: string): Promise<void> {
  await administer(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
  const tables = await administer(
    `SELECT quote_ident(tablename) AS "table" FROM pg_tables
     WHERE schemaname = 'public' AND tablename NOT LIKE 'schema_migration%'`,
    name,
  );
  const names = tables.map(({ table = '' }) => table);
  // The audit log lets go of what has been given free alone, as retention does it.
  const free = names.includes('audit_removal')
    ? `INSERT INTO audit_removal (one, before) VALUES (1, ${2n ** 63n - 1n})
       ON CONFLICT (one) DO UPDATE SET before = excluded.before; DELETE FROM audit_entry;`
    : '';
  const deletions = free + names.map((table) => `DELETE FROM ${table};`).join(' ');
  await administer(`SET session_replication_role = replica; ${deletions}`, name);
}

async function createTemplate(): Promise<string> {
  const name = freshName();
  await administer(`CREATE DATABASE ${name}`);
  await migrate(await urlOf(name));
  return name;
}

async function dropDatabase(name: string): Promise<void> {
  await administer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
}

/** As the names that the services give, so that what a killed run leaves behind is removed some day. */
function freshName(): string {
  return `throughline_test_${Date.now().toString(36)}_${randomBytes(4).toString('hex')}`;
}

async function administer(
  statement: string,
  database = 'postgres',
): Promise<readonly Readonly<Record<string, string>>[]> {
  const client = new pg.Client({ connectionString: await urlOf(database) });
  await client.connect();
  try {
    return (await client.query<Record<string, string>>(statement)).rows;
  } finally {
    await client.end();
  }
}

async function urlOf(database: string): Promise<string> {
  const service = await testPostgres();
  if (!service.available) throw new Error(`Expected a PostgreSQL for tests but ${service.reason}.`);
  const url = new URL(service.url);
  url.pathname = `/${database}`;
  return url.href;
}

after('remove the databases', async function removeDatabases() {
  if (template === undefined) return;
  this.timeout(60_000);
  try {
    for (const name of [...emptied, await template]) await dropDatabase(name);
  } catch (error) {
    // A server that was started for this run has been stopped by now, and its databases are gone with it.
    if (!(error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED')) throw error;
  }
});
