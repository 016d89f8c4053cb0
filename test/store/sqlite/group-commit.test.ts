import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { silentLogger } from '../../../src/platform/logger.js';
import { stateOf, StoreUnavailable, type Transaction } from '../../../src/runtime/ports.js';
import { InstanceCache } from '../../../src/store/instance-cache.js';
import { migrate } from '../../../src/store/migrate.js';
import { StoreOverloaded, UnitTimedOut } from '../../../src/store/overload.js';
import { GroupCommit } from '../../../src/store/sqlite/group-commit.js';
import { SqliteConnection } from '../../../src/store/sqlite/sqlite-connection.js';
import {
  changedInstance,
  instanceRow,
  jobRow,
  journalRow,
  loadedInstance,
  someTime,
  tenantId,
  variablesOf,
} from '../rows.js';

describe('group commit', () => {
  let folder: string;
  let database: Database.Database;
  let counts: Record<string, number>;
  const commits: GroupCommit[] = [];

  beforeEach('make a file', async () => {
    folder = await mkdtemp(join(tmpdir(), 'throughline-test-'));
    const path = join(folder, 'throughline.db');
    await migrate(`sqlite:${path}`);
    counts = {};
    database = new Database(path, { verbose: (sql) => count(String(sql)) });
    database.pragma('journal_mode = WAL');
  });
  afterEach('remove it', async () => {
    for (const commit of commits.splice(0)) await commit.close();
    database.close();
    await rm(folder, { recursive: true, force: true });
  });

  function count(sql: string): void {
    const what = sql.split(' ', 2).join(' ');
    counts[what] = (counts[what] ?? 0) + 1;
  }

  function start(options: { readonly unitTimeMs?: number } = {}): GroupCommit {
    const commit = new GroupCommit({
      connection: new SqliteConnection(database),
      cache: new InstanceCache(),
      now: () => someTime,
      logger: silentLogger,
      ...options,
    });
    commits.push(commit);
    return commit;
  }

  const insertJob = (jobId: string) => (tx: Transaction) =>
    Promise.resolve(tx.jobs.insert(jobRow({ jobId })));
  const jobIds = () => database.prepare('SELECT job_id FROM job ORDER BY job_id').pluck().all();

  it('shares one commit among units that arrive together, all of which are durable when they are answered', async () => {
    const commit = start();
    await Promise.all(Array.from({ length: 100 }, (_, index) => commit.run(insertJob(`job-${index}`))));
    assert.equal(jobIds().length, 100);
    assert.ok((counts['COMMIT'] ?? 0) < 20, `${counts['COMMIT']} commits for 100 units`);
  });

  it('parses and writes a document once for a group, however many units change it', async () => {
    const commit = start();
    await commit.run((tx) =>
      Promise.resolve(tx.processInstances.insert(instanceRow({ variables: { count: 0 } }))),
    );
    counts = {};
    const countUp = async (tx: Transaction): Promise<void> => {
      const row = await loadedInstance(tx, 'instance-1');
      const next = Number(variablesOf(row)?.['count']) + 1;
      tx.processInstances.save(changedInstance(row, { count: next }));
      tx.journal.append(journalRow());
    };
    await Promise.all(Array.from({ length: 50 }, () => commit.run(countUp)));
    assert.equal(counts['INSERT INTO'], 50);
    assert.equal(counts['UPDATE process_instance'], counts['COMMIT']);
    assert.ok((counts['COMMIT'] ?? 0) < 10, `${counts['COMMIT']} commits for 50 units`);
    const row = await commit.run((tx) => loadedInstance(tx, 'instance-1'));
    assert.deepEqual([row.revision, variablesOf(row)], [51, { count: 50 }]);
    const documents = database.prepare('SELECT document FROM process_instance').pluck().all();
    assert.deepEqual(
      documents.map((document) => stateOf(String(document))),
      [row.state],
    );
  });

  it('runs each unit from beginning to end before the next', async () => {
    const commit = start();
    const steps: string[] = [];
    const unit = (name: string) =>
      commit.run(async (tx) => {
        for (const step of [1, 2, 3]) {
          steps.push(`${name}${step}`);
          await tx.jobs.load(tenantId, 'job-1');
        }
      });
    await Promise.all([unit('a'), unit('b')]);
    assert.deepEqual(steps, ['a1', 'a2', 'a3', 'b1', 'b2', 'b3']);
  });

  it('undoes what a unit that fails has written and keeps the others, with savepoints only when one has failed', async () => {
    const commit = start();
    const attempts: string[] = [];
    const unit = (jobId: string, fails: boolean) =>
      commit.run(async (tx) => {
        attempts.push(jobId);
        await insertJob(jobId)(tx);
        if (fails) throw new Error('on purpose');
      });
    await Promise.all([unit('a', false), unit('b', false)]);
    assert.equal(counts['SAVEPOINT unit'], undefined);

    attempts.length = 0;
    const results = await Promise.allSettled([unit('c', false), unit('d', true), unit('e', false)]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(jobIds(), ['a', 'b', 'c', 'e']);
    assert.deepEqual(attempts, ['c', 'd', 'c', 'd', 'e']);
    assert.equal(counts['SAVEPOINT unit'], 2);
  });

  it('rejects every unit of a group whose disk is full, and works again when there is room', async () => {
    const commit = start();
    await commit.run(insertJob('job-0'));
    await commit.run((tx) => Promise.resolve(tx.processInstances.insert(instanceRow())));
    database.pragma(`max_page_count = ${String(database.pragma('page_count', { simple: true }))}`);
    const large = (tx: Transaction): Promise<void> =>
      Promise.resolve(tx.jobs.insert(jobRow({ jobId: 'large', errorMessage: 'x'.repeat(1_000_000) })));
    const change = async (tx: Transaction): Promise<void> => {
      tx.processInstances.save(changedInstance(await loadedInstance(tx, 'instance-1'), { lost: true }));
    };
    const results = await Promise.allSettled([
      commit.run(insertJob('job-1')),
      commit.run(change),
      commit.run(large),
    ]);
    for (const result of results) {
      assert.ok(result.status === 'rejected' && result.reason instanceof StoreUnavailable);
      assert.match(result.reason.message, /full/);
    }
    assert.deepEqual(jobIds(), ['job-0']);
    assert.deepEqual(variablesOf(await commit.run((tx) => loadedInstance(tx, 'instance-1'))), {});

    database.pragma('max_page_count = 1000000');
    await commit.run(large);
    await commit.run(change);
    assert.deepEqual(jobIds(), ['job-0', 'large']);
  });

  it('rejects every unit of a group whose commit fails, those that threw included', async () => {
    const commit = start();
    const other = new Database(database.name, { timeout: 0 });
    other.exec('BEGIN IMMEDIATE');
    database.pragma('busy_timeout = 0');
    const throwing = commit.run(() => Promise.reject(new Error('on purpose')));
    const results = await Promise.allSettled([commit.run(insertJob('job-1')), throwing]);
    other.close();
    assert.ok(results.some(({ status }) => status === 'rejected'));
    const [first] = results;
    assert.ok(first.status === 'rejected' && first.reason instanceof StoreUnavailable);
    await commit.run(insertJob('job-2'));
    assert.deepEqual(jobIds(), ['job-2']);
  });

  it('gives up a unit that does not end, refuses what it still tries, and goes on with the others', async () => {
    const commit = start({ unitTimeMs: 20 });
    const kept: Transaction[] = [];
    const hanging = commit.run((tx) => {
      kept.push(tx);
      tx.jobs.insert(jobRow({ jobId: 'hung' }));
      return new Promise(() => undefined);
    });
    const next = commit.run(insertJob('job-1'));
    await assert.rejects(hanging, UnitTimedOut);
    await next;
    assert.throws(() => kept[0]?.jobs.remove('job-1'), /has ended/);
    assert.deepEqual(jobIds(), ['job-1']);
  });

  it('refuses what comes when 10,000 units wait', async () => {
    const commit = start();
    let release = (): void => undefined;
    const first = commit.run(() => new Promise<void>((resolve) => (release = resolve)));
    // The first is taken from the queue in the next turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    const waiting = Array.from({ length: 10_000 }, () => commit.run(() => Promise.resolve()));
    await assert.rejects(
      commit.run(() => Promise.resolve()),
      StoreOverloaded,
    );
    release();
    await first;
    await Promise.all(waiting);
  });

  it('refuses work after it was closed, and finishes what it has taken', async () => {
    const commit = start();
    const taken = commit.run(insertJob('job-1'));
    const closed = commit.close();
    await assert.rejects(commit.run(insertJob('job-2')), StoreUnavailable);
    await Promise.all([taken, closed]);
    assert.deepEqual(jobIds(), ['job-1']);
  });
});
