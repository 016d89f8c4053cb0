import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { describe, it } from 'mocha';
import pg from 'pg';
import { openPostgres } from './services/postgres-service.js';
import { openRedis } from './services/redis-service.js';
import { type Service, startPostgres, startRedis, testDatabaseKind, testPostgres } from './services.js';
import { skip } from './skip.js';

type Available = Service & { readonly available: true };

function available(context: Mocha.Context, service: Service): Available {
  return service.available ? service : skip(context, service.reason);
}

async function query(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** The maintenance database of the server that has this test database. */
function serverOf(url: string): string {
  return new URL('/postgres', url).href;
}

async function databaseNames(serverUrl: string): Promise<readonly unknown[]> {
  return (await query(serverUrl, 'SELECT datname FROM pg_database')).map(({ datname }) => datname);
}

async function temporaryFolders(): Promise<readonly string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith('throughline-server-'));
}

describe('the services of the tests', function () {
  this.timeout(60_000);

  it('make an empty database and drop it, and use one that a run has made as it is', async function () {
    const { url: runUrl } = available(this, await testPostgres());
    const server = serverOf(runUrl);
    const own = available(this, await openPostgres({ TEST_DATABASE_URL: server }));
    const name = new URL(own.url).pathname.slice(1);
    assert.match(name, /^throughline_test_[0-9a-z]+_[0-9a-f]{8}$/);
    assert.notEqual(own.url, runUrl);
    assert.deepEqual(await query(own.url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"), []);

    const again = available(this, await openPostgres({ TEST_DATABASE_URL: own.url }));
    assert.equal(again.url, own.url);
    await again.close();
    assert((await databaseNames(server)).includes(name));
    await own.close();
    assert(!(await databaseNames(server)).includes(name));
  });

  it('drop the databases that earlier days left behind, and no younger ones', async function () {
    const { url } = available(this, await testPostgres());
    const server = serverOf(url);
    const nameAt = (ageMs: number): string =>
      `throughline_test_${(Date.now() - ageMs).toString(36)}_00000000`;
    const [stale, young] = [nameAt(25 * 3600_000), nameAt(3600_000)];
    for (const name of [stale, young]) await query(server, `CREATE DATABASE ${name}`);
    try {
      await available(this, await openPostgres({ TEST_DATABASE_URL: server })).close();
      const names = await databaseNames(server);
      assert.deepEqual([names.includes(stale), names.includes(young)], [false, true]);
    } finally {
      await query(server, `DROP DATABASE IF EXISTS ${young}`);
    }
  });

  it('start a durable PostgreSQL and leave nothing behind', async function () {
    const before = await temporaryFolders();
    const postgres = available(this, await startPostgres());
    assert.deepEqual(await query(postgres.url, 'SHOW fsync'), [{ fsync: 'on' }]);
    await postgres.close();
    await assert.rejects(query(postgres.url, 'SELECT 1'), /ECONNREFUSED/);
    assert.deepEqual(await temporaryFolders(), before);
  });

  it('start a Redis and leave nothing behind', async function () {
    const before = await temporaryFolders();
    const redis = available(this, await startRedis());
    const given = { TEST_REDIS_URL: redis.url };
    assert.equal(available(this, await openRedis(given)).url, redis.url);
    await redis.close();
    assert.deepEqual(await openRedis(given), {
      available: false,
      reason: `TEST_REDIS_URL is ${redis.url}, but no Redis answers there`,
    });
    assert.deepEqual(await temporaryFolders(), before);
  });

  it('tell why a given database cannot be used instead of taking another one', async () => {
    const service = await openPostgres({ TEST_DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' });
    assert(!service.available);
    assert.match(service.reason, /^TEST_DATABASE_URL cannot be used: .*ECONNREFUSED/);
  });

  it('take SQLite unless TEST_DATABASE says otherwise', () => {
    assert.equal(testDatabaseKind(), process.env['TEST_DATABASE'] ?? 'sqlite');
  });
});
