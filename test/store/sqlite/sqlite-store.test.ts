import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { silentLogger } from '../../../src/platform/logger.js';
import type { Store } from '../../../src/runtime/ports.js';
import { migrate, openStore } from '../../../src/store/open-store.js';
import { openSqliteConnection } from '../../../src/store/sqlite/sqlite-connection.js';
import { DatabaseInUse, lockSqliteFile } from '../../../src/store/sqlite/sqlite-file-lock.js';
import { statement } from '../../../src/store/statement.js';
import { instanceRow, jobRow, tenantId } from '../rows.js';

const run = promisify(execFile);

describe('a SQLite file', () => {
  let folder: string;
  let path: string;
  const stores: Store[] = [];

  beforeEach('make a folder', async () => {
    folder = await mkdtemp(join(tmpdir(), 'throughline-test-'));
    path = join(folder, 'data', 'throughline.db');
  });
  afterEach('remove it', async () => {
    for (const store of stores.splice(0)) await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  const open = async (): Promise<Store> => {
    const store = await openStore({ databaseUrl: `sqlite:${path}`, logger: silentLogger });
    stores.push(store);
    return store;
  };

  it('gets its folder, and keeps what was written when it is opened again', async () => {
    const first = await open();
    await first.transact((tx) => Promise.resolve(tx.processInstances.insert(instanceRow())));
    await first.close();
    const second = await open();
    assert.deepEqual(await second.queries.processInstance(tenantId, 'instance-1'), instanceRow());
  });

  it('has one server: a second one is refused with a reason, until the first has gone', async () => {
    const first = await open();
    await assert.rejects(open(), DatabaseInUse);
    await assert.rejects(migrate(`sqlite:${path}`), /another process uses it/);
    await first.close();
    await open();
  });

  it('is refused to a second process, and free again when the process that had it was killed', async function () {
    this.timeout(20_000);
    const lock = lockSqliteFile(path);
    const holder = (act: string): string => `
      const Database = require('better-sqlite3');
      const holder = new Database(${JSON.stringify(`${path}-lock`)}, { timeout: 0 });
      holder.exec('BEGIN EXCLUSIVE');
      ${act}`;
    await assert.rejects(run(process.execPath, ['-e', holder('')]), /SQLITE_BUSY/);
    lock.release();
    const killed = run(process.execPath, ['-e', holder("process.kill(process.pid, 'SIGKILL')")]);
    await assert.rejects(killed, { signal: 'SIGKILL' });
    lockSqliteFile(path).release();
  });

  it('is flushed to disk at each commit by every connection', async () => {
    await migrate(`sqlite:${path}`);
    for (const readonly of [false, true]) {
      const connection = openSqliteConnection(path, { readonly });
      const pragma = (name: string) => connection.all(statement(`SELECT * FROM pragma_${name}`), [])[0]?.[0];
      assert.deepEqual(['synchronous', 'journal_mode', 'foreign_keys'].map(pragma), [2, 'wal', 1]);
      connection.close();
    }
  });

  it('can be read and copied by others while the server writes', async () => {
    const store = await open();
    await store.transact((tx) => Promise.resolve(tx.jobs.insert(jobRow())));
    const reader = new Database(path, { readonly: true });
    reader.exec(`VACUUM INTO '${join(folder, 'copy.db')}'`);
    reader.close();
    const copy = new Database(join(folder, 'copy.db'), { readonly: true });
    assert.deepEqual(copy.prepare('SELECT job_id FROM job').pluck().all(), ['job-1']);
    copy.close();
  });

  it('is not asked for in memory, where a second connection would see another database', async () => {
    await assert.rejects(openStore({ databaseUrl: 'sqlite::memory:', logger: silentLogger }), RangeError);
    await assert.rejects(
      openStore({ databaseUrl: 'mysql://root:secret@db/x', logger: silentLogger }),
      (error) => {
        return error instanceof RangeError && !error.message.includes('secret');
      },
    );
  });
});
