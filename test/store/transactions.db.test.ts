import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { StoreUnavailable, type Transaction } from '../../src/runtime/ports.js';
import { openStore } from '../../src/store/open-store.js';
import { silentLogger } from '../../src/platform/logger.js';
import {
  changedInstance,
  instanceRow,
  jobRow,
  journalRow,
  loadedInstance,
  tenantId,
  timerRow,
  variablesOf,
} from './rows.js';
import { useTestStore } from './use-test-store.js';

describe('a unit of work', () => {
  const test = useTestStore();

  const jobIds = async (): Promise<readonly string[]> => {
    const { items } = await test.store.queries.searchJobs(tenantId, {
      filter: {},
      sort: [],
      page: { limit: 1000 },
    });
    return items.map(({ jobId }) => jobId);
  };

  it('leaves nothing behind when it throws after writes and reads', async () => {
    const failing = test.read(async (tx) => {
      tx.processInstances.insert(instanceRow());
      tx.journal.append(journalRow());
      tx.jobs.insert(jobRow());
      assert.equal((await tx.jobs.load(tenantId, 'job-1'))?.jobId, 'job-1');
      tx.timers.insert(timerRow());
      throw new RangeError('on purpose');
    });
    await assert.rejects(failing, RangeError);
    assert.equal(await test.store.queries.processInstance(tenantId, 'instance-1'), undefined);
    assert.deepEqual(await jobIds(), []);
    assert.equal(await test.store.queries.nextTimerDueAt(), undefined);
    assert.deepEqual((await test.store.queries.history(tenantId, 'instance-1', { limit: 10 })).items, []);
  });

  it('fails alone among those that share a commit', async () => {
    const insert = (index: number) =>
      test.store.transact(
        async (tx) => {
          tx.jobs.insert(jobRow({ jobId: `job-${index}` }));
          await tx.jobs.load(tenantId, `job-${index}`);
          if (index % 3 === 0) throw new Error(`unit ${index}`);
          return index;
        },
        { instanceId: 'instance-1' },
      );
    const results = await Promise.allSettled(Array.from({ length: 9 }, (_, index) => insert(index)));
    assert.deepEqual(
      results.map((result) => (result.status === 'fulfilled' ? result.value : String(result.reason))),
      ['Error: unit 0', 1, 2, 'Error: unit 3', 4, 5, 'Error: unit 6', 7, 8],
    );
    assert.deepEqual(await jobIds(), ['job-1', 'job-2', 'job-4', 'job-5', 'job-7', 'job-8']);
  });

  it('fails when the database refuses a write, and takes no other with it', async () => {
    await test.write((tx) => tx.jobs.insert(jobRow()));
    const one = { instanceId: 'instance-1' };
    const insert = (jobId: string) =>
      test.store.transact((tx) => Promise.resolve(tx.jobs.insert(jobRow({ jobId }))), one);
    const results = await Promise.allSettled(['job-0', 'job-1', 'job-2'].map(insert));
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(await jobIds(), ['job-0', 'job-1', 'job-2']);
  });

  it('fails although it caught the error of a refused statement', async () => {
    await test.write((tx) => tx.jobs.insert(jobRow()));
    const swallowing = test.read(async (tx) => {
      try {
        tx.jobs.insert(jobRow());
        await tx.jobs.load(tenantId, 'job-1');
      } catch {
        tx.jobs.insert(jobRow({ jobId: 'job-2' }));
      }
    });
    await assert.rejects(swallowing, /unique/i);
    assert.deepEqual(await jobIds(), ['job-1']);
  });

  it('runs after others about the same instance, each on what the one before has left', async () => {
    await test.write((tx) => tx.processInstances.insert(instanceRow({ variables: { count: 0 } })));
    const countUp = async (tx: Transaction): Promise<number> => {
      const row = await loadedInstance(tx, 'instance-1');
      const count = Number(variablesOf(row)?.['count']) + 1;
      tx.processInstances.save(changedInstance(row, { count }));
      return count;
    };
    const counts = await Promise.all(
      Array.from({ length: 150 }, () => test.store.transact(countUp, { instanceId: 'instance-1' })),
    );
    assert.deepEqual(
      counts,
      Array.from({ length: 150 }, (_, index) => index + 1),
    );
    const stored = await test.store.queries.processInstance(tenantId, 'instance-1');
    assert.deepEqual([stored?.revision, variablesOf(stored)], [151, { count: 150 }]);
  });

  it('tells the time of its clock, the same throughout', async () => {
    const times = await test.read(async (tx) => {
      const before = tx.now;
      test.clock.advance(1000);
      await tx.jobs.load(tenantId, 'job-1');
      return [before, tx.now];
    });
    assert.deepEqual(times, [test.clock.now() - 1000, test.clock.now() - 1000]);
  });

  it('tells the time of the database where no clock is given', async () => {
    const seen = await test.read((tx) => Promise.resolve(tx.now));
    assert.equal(seen, test.clock.now());
    await test.store.close();
    const store = await openStore({ databaseUrl: test.databaseUrl, logger: silentLogger });
    try {
      const now = await store.transact((tx) => Promise.resolve(tx.now));
      assert.ok(Number.isInteger(now) && Math.abs(now - Date.now()) < 5_000, `${now} is not about now`);
    } finally {
      await store.close();
    }
  });

  it('runs what is to be done after the commit after it, and not at all after a failure', async () => {
    const done: string[] = [];
    const visible: Promise<readonly string[]>[] = [];
    const first = test.read((tx) => {
      tx.jobs.insert(jobRow());
      tx.afterCommit(() => {
        done.push('first');
        visible.push(jobIds());
      });
      return Promise.resolve();
    });
    const second = test.read((tx) => {
      tx.afterCommit(() => done.push('second'));
      throw new Error('on purpose');
    });
    const results = await Promise.allSettled([first, second]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected'],
    );
    assert.deepEqual(done, ['first']);
    assert.deepEqual(await Promise.all(visible), [['job-1']]);
  });

  it('cannot be used after its end', async () => {
    const kept: Transaction[] = [];
    await test.write((tx) => kept.push(tx));
    const [tx] = kept;
    assert.throws(() => tx?.jobs.insert(jobRow()), /has ended/);
    await assert.rejects(async () => tx?.jobs.load(tenantId, 'job-1'), /has ended/);
    assert.deepEqual(await jobIds(), []);
  });

  it('is refused by a store that is closed, which finishes what it has taken', async () => {
    const taken = test.write((tx) => tx.jobs.insert(jobRow()));
    const closed = test.store.close();
    await assert.rejects(
      test.write(() => undefined),
      StoreUnavailable,
    );
    await taken;
    await closed;
    await assert.rejects(test.store.ping(), StoreUnavailable);
    await assert.rejects(test.store.queries.nextTimerDueAt(), StoreUnavailable);
  });

  it('answers a ping', async () => {
    await test.store.ping();
  });
});
