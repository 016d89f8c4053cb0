import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import Database from 'better-sqlite3';
import pg from 'pg';
import { silentLogger } from '../../src/platform/logger.js';
import { migrations } from '../../src/store/migrations.js';
import { migrate, NewerDatabase, openStore } from '../../src/store/open-store.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { migrateAsBefore } from '../support/earlier-schema.js';
import { testDatabaseKind } from '../support/services.js';

const names = migrations.map(({ name }) => name);

describe('migrations', function () {
  this.timeout(60_000);
  let database: TestDatabase;

  beforeEach('make an empty database', async () => {
    database = await createTestDatabase({ migrated: false });
  });
  afterEach('remove it', () => database.remove());

  /** Runs SQL beside the store. */
  const run = async (sql: string): Promise<void> => {
    if (testDatabaseKind() === 'sqlite') {
      const file = new Database(database.databaseUrl.slice('sqlite:'.length));
      file.exec(sql);
      file.close();
    } else {
      const client = new pg.Client({ connectionString: database.databaseUrl });
      await client.connect();
      await client.query(sql);
      await client.end();
    }
  };

  it('are all in the table that the store runs, in the order of their names', async () => {
    const files = await readdir(new URL('../../migrations/', import.meta.url));
    const found = files
      .filter((file) => /^\d{4}-.*\.ts$/.test(file))
      .map((file) => file.slice(0, -'.ts'.length));
    assert.deepEqual(names, found.sort());
  });

  it('bring an empty database to the present schema, and then have nothing to do', async () => {
    assert.deepEqual(await migrate(database.databaseUrl), names);
    assert.deepEqual(await migrate(database.databaseUrl), []);
    const store = await openStore({ databaseUrl: database.databaseUrl, logger: silentLogger });
    await store.ping();
    await store.close();
  });

  it('run when a store is opened', async () => {
    const store = await openStore({ databaseUrl: database.databaseUrl, logger: silentLogger });
    await store.close();
    assert.deepEqual(await migrate(database.databaseUrl), []);
  });

  it('row 17: migration whose start was killed: the next goes on where it left off, although its lock was left', async () => {
    await migrateAsBefore(database.databaseUrl);
    await run(`UPDATE schema_migration_lock SET is_locked = 1`);
    assert.deepEqual(await migrate(database.databaseUrl), [names.at(-1)]);
  });

  it('leave nothing of a run in which a step fails', async () => {
    await run(
      `CREATE TABLE element_instance (taken ${testDatabaseKind() === 'sqlite' ? 'INTEGER' : 'BIGINT'})`,
    );
    await assert.rejects(migrate(database.databaseUrl), /element_instance/);
    await run(`DROP TABLE element_instance`);
    assert.deepEqual(await migrate(database.databaseUrl), names);
  });

  it('row 18: downgrade: a database that a later release has changed is refused', async () => {
    await migrate(database.databaseUrl);
    await run(
      `INSERT INTO schema_migration (name, batch, migration_time) VALUES ('9999-future', 2, ${testDatabaseKind() === 'sqlite' ? '0' : 'now()'})`,
    );
    await assert.rejects(migrate(database.databaseUrl), NewerDatabase);
    const opening = openStore({ databaseUrl: database.databaseUrl, logger: silentLogger });
    await assert.rejects(opening, /later one has changed it \(9999-future\)/);
  });

  it('of several nodes that start at once are run by one of them', async function () {
    if (testDatabaseKind() === 'sqlite') {
      const results = await Promise.allSettled([
        migrate(database.databaseUrl),
        migrate(database.databaseUrl),
      ]);
      assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
      return;
    }
    const results = await Promise.all(Array.from({ length: 4 }, () => migrate(database.databaseUrl)));
    assert.deepEqual(
      results.filter((ran) => ran.length > 0),
      [names],
    );
  });
});
