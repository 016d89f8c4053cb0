import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { JobRow, Transaction } from '../../src/runtime/ports.js';
import { jobRow, someTime, tenantId } from './rows.js';
import { useTestStore } from './use-test-store.js';

describe('jobs in the store', () => {
  const test = useTestStore();

  const activate = (
    change: { readonly type?: string; readonly maxJobs?: number; readonly tenantId?: string } = {},
  ) =>
    test.read((tx) =>
      tx.jobs.activate({
        tenantId,
        type: 'charge',
        worker: 'worker-1',
        maxJobs: 10,
        timeoutMs: 1000,
        ...change,
      }),
    );
  const load = (jobId: string): Promise<JobRow | undefined> =>
    test.read((tx) => tx.jobs.load(tenantId, jobId));
  const insert = (...rows: readonly JobRow[]) =>
    test.write((tx) => rows.forEach((row) => tx.jobs.insert(row)));
  const idsOf = (rows: readonly Pick<JobRow, 'jobId'>[]): readonly string[] => rows.map(({ jobId }) => jobId);

  it('answers a job as it was written, to its tenant', async () => {
    const full = jobRow({
      jobId: 'job-2',
      businessKey: 'order-7',
      errorMessage: 'away',
      availableAt: someTime + 9,
    });
    await insert(jobRow(), full);
    assert.deepEqual(await load('job-1'), jobRow());
    assert.deepEqual(await load('job-2'), full);
    assert.equal(await test.read((tx) => tx.jobs.load('tenant-2', 'job-1')), undefined);
  });

  it('answers work that has said what it reads first as it stands, also after a write', async () => {
    await insert(jobRow(), jobRow({ jobId: 'job-2' }));
    const firstRead = { kind: 'job', tenantId, id: 'job-1' } as const;
    const retriesOf = async (tx: Transaction, jobId: string) =>
      (await tx.jobs.load(tenantId, jobId))?.retries;
    const around = await test.store.transact(
      async (tx) => {
        const before = await retriesOf(tx, 'job-1');
        tx.jobs.save(jobRow({ retries: 7 }));
        return [before, await retriesOf(tx, 'job-1')];
      },
      { firstRead },
    );
    assert.deepEqual(around, [jobRow().retries, 7]);
    const written = await test.store.transact(
      async (tx) => {
        tx.jobs.save(jobRow({ retries: 8 }));
        return [await retriesOf(tx, 'job-1'), await retriesOf(tx, 'job-2')];
      },
      { firstRead },
    );
    assert.deepEqual(written, [8, jobRow().retries]);
  });

  it('activates by type and tenant, and holds what it has activated', async () => {
    await insert(
      jobRow(),
      jobRow({ jobId: 'job-2', type: 'ship' }),
      jobRow({ jobId: 'job-3', tenantId: 'tenant-2' }),
    );
    const activated = {
      ...jobRow(),
      state: 'activated',
      worker: 'worker-1',
      deadline: someTime + 1000,
      fence: 1,
    };
    assert.deepEqual(await activate(), [activated]);
    assert.deepEqual(await load('job-1'), activated);
    assert.deepEqual(await activate(), []);
    assert.deepEqual(idsOf(await activate({ tenantId: 'tenant-2' })), ['job-3']);
  });

  it('activates the highest priority first, then the oldest, and no more than asked for', async () => {
    await insert(
      jobRow({ jobId: 'low', priority: 1, createdAt: someTime - 9 }),
      jobRow({ jobId: 'young', createdAt: someTime + 1 }),
      jobRow({ jobId: 'old' }),
      jobRow({ jobId: 'high', priority: 90, createdAt: someTime + 2 }),
    );
    assert.deepEqual(idsOf(await activate({ maxJobs: 3 })), ['high', 'old', 'young']);
    assert.deepEqual(idsOf(await activate({ maxJobs: 3 })), ['low']);
  });

  it('activates again what was held beyond its deadline, with a higher fence, in its place by priority', async () => {
    await insert(jobRow({ priority: 90 }));
    await activate();
    await insert(jobRow({ jobId: 'job-2' }));
    test.clock.advance(999);
    assert.deepEqual(idsOf(await activate({ maxJobs: 1 })), ['job-2']);
    test.clock.advance(1);
    const [again, ...others] = await activate();
    assert.deepEqual([again?.jobId, again?.fence, again?.deadline], ['job-1', 2, someTime + 2000]);
    assert.deepEqual(others, []);
  });

  it('does not offer a job before the end of its back-off', async () => {
    await insert(jobRow({ availableAt: someTime + 500 }));
    assert.equal(await test.store.queries.nextJobAvailableAt(tenantId, 'charge'), someTime + 500);
    assert.deepEqual(await activate(), []);
    test.clock.advance(500);
    assert.deepEqual(idsOf(await activate()), ['job-1']);
    assert.equal(await test.store.queries.nextJobAvailableAt(tenantId, 'charge'), someTime + 1500);
  });

  it('knows no next job where all are failed, of another type or of another tenant', async () => {
    await insert(jobRow({ jobId: 'job-2', state: 'failed', retries: 0 }));
    await insert(jobRow({ jobId: 'job-3', type: 'ship', availableAt: someTime + 1 }));
    await insert(jobRow({ jobId: 'job-4', tenantId: 'tenant-2', availableAt: someTime + 1 }));
    assert.equal(await test.store.queries.nextJobAvailableAt(tenantId, 'charge'), undefined);
  });

  it('knows a job on offer as one that is ready, whatever comes later', async () => {
    await insert(jobRow(), jobRow({ jobId: 'job-2', availableAt: someTime + 500 }));
    assert.equal(await test.store.queries.nextJobAvailableAt(tenantId, 'charge'), someTime);
  });

  it('saves a failed activation, which is offered again after its back-off', async () => {
    await insert(jobRow());
    const [held] = await activate();
    assert.ok(held !== undefined);
    const released = jobRow({ fence: held.fence });
    const failed: JobRow = {
      ...released,
      state: 'created',
      retries: 2,
      availableAt: someTime + 100,
      errorMessage: 'no answer\0',
    };
    await test.write((tx) => tx.jobs.save(failed));
    assert.deepEqual(await load('job-1'), failed);
    assert.deepEqual(await activate(), []);
    test.clock.advance(100);
    assert.deepEqual(idsOf(await activate()), ['job-1']);
  });

  it('saves an extended deadline', async () => {
    await insert(jobRow());
    const [held] = await activate();
    assert.ok(held !== undefined);
    await test.write((tx) => tx.jobs.save({ ...held, deadline: someTime + 5000 }));
    test.clock.advance(1000);
    assert.deepEqual(await activate(), []);
    test.clock.advance(4000);
    assert.deepEqual(idsOf(await activate()), ['job-1']);
  });

  it('never offers a job that has failed, until it is retried', async () => {
    await insert(jobRow({ retries: 1 }));
    await activate();
    await test.write((tx) => tx.jobs.exhaust('job-1', 'gave up'));
    const exhausted = jobRow({ state: 'failed', retries: 0, fence: 1, errorMessage: 'gave up' });
    assert.deepEqual(await load('job-1'), exhausted);
    test.clock.advance(100_000);
    assert.deepEqual(await activate(), []);

    await test.write((tx) => tx.jobs.retry('job-1', 1, test.clock.now()));
    const offered = { ...exhausted, state: 'created', retries: 1, availableAt: test.clock.now() };
    assert.deepEqual(await load('job-1'), offered);
    assert.deepEqual(idsOf(await activate()), ['job-1']);
  });

  it('keeps more retries than a retry gives', async () => {
    await insert(jobRow({ state: 'failed', retries: 5 }));
    await test.write((tx) => tx.jobs.retry('job-1', 1, someTime + 50));
    assert.equal((await load('job-1'))?.retries, 5);
    assert.deepEqual(await activate(), []);
  });

  it('forgets a job that is removed, in the unit that inserted it too', async () => {
    await insert(jobRow());
    await test.write((tx) => {
      tx.jobs.remove('job-1');
      tx.jobs.insert(jobRow({ jobId: 'job-2' }));
      tx.jobs.remove('job-2');
    });
    assert.equal(await load('job-1'), undefined);
    assert.equal(await load('job-2'), undefined);
  });

  it('activates in the same unit what it has inserted, and gives it back when the unit fails', async () => {
    const claim = async (tx: Transaction): Promise<readonly JobRow[]> => {
      tx.jobs.insert(jobRow());
      return tx.jobs.activate({ tenantId, type: 'charge', worker: 'w', maxJobs: 1, timeoutMs: 10 });
    };
    const failing = test.read(async (tx) => {
      assert.equal((await claim(tx)).length, 1);
      throw new Error('on purpose');
    });
    await assert.rejects(failing, /on purpose/);
    assert.equal(await load('job-1'), undefined);
    assert.equal((await test.read(claim)).length, 1);
  });

  it('locks by id and fence what could be activated, and nothing else', async () => {
    await insert(
      jobRow({ fence: 3 }),
      jobRow({ jobId: 'other-fence', fence: 2 }),
      jobRow({ jobId: 'later', availableAt: someTime + 1 }),
      jobRow({ jobId: 'held', state: 'activated', worker: 'w', deadline: someTime + 5 }),
      jobRow({ jobId: 'overdue', state: 'activated', worker: 'w', deadline: someTime }),
      jobRow({ jobId: 'failed', state: 'failed' }),
      jobRow({ jobId: 'foreign', tenantId: 'tenant-2' }),
      jobRow({ jobId: 'unnamed' }),
    );
    const named = ['later', 'held', 'overdue', 'failed', 'foreign', 'missing', 'other-fence'];
    const jobs = [{ jobId: 'job-1', fence: 3 }, ...named.map((jobId) => ({ jobId, fence: 0 }))];
    const lock = () => test.read((tx) => tx.jobs.lock({ tenantId, jobs, worker: 'w2', timeoutMs: 10 }));
    const locked = await lock();
    assert.deepEqual(
      locked.map(({ jobId, worker, fence, deadline }) => [jobId, worker, fence, deadline]),
      [
        ['job-1', 'w2', 4, someTime + 10],
        ['overdue', 'w2', 1, someTime + 10],
      ],
    );
    assert.deepEqual(await lock(), []);
  });

  it('relays each job once, again when it has changed, and again after a time that grows with its age', async () => {
    const claim = async (limit = 10) => {
      const againAfterMs = { least: 100, most: 300 };
      const relayed = await test.read((tx) =>
        tx.jobs.relay({ tenantId, type: 'charge', limit, againAfterMs }),
      );
      return relayed.map(({ jobId }) => jobId);
    };
    await insert(
      jobRow({ priority: 7 }),
      jobRow({ jobId: 'later', availableAt: someTime + 50 }),
      jobRow({ jobId: 'held', state: 'activated', worker: 'w', deadline: someTime + 60, fence: 4 }),
      jobRow({ jobId: 'failed', state: 'failed' }),
      jobRow({ jobId: 'other-type', type: 'ship' }),
      jobRow({ jobId: 'foreign', tenantId: 'tenant-2' }),
    );
    assert.deepEqual(await claim(), ['job-1']);
    assert.deepEqual(await claim(), []);
    test.clock.advance(60);
    assert.deepEqual((await claim(1)).concat(await claim(1)).sort(), ['held', 'later']);
    assert.deepEqual(await claim(), []);
    test.clock.advance(40); // Job-1 has waited for 100 ms.
    assert.deepEqual(await claim(), ['job-1']);
    test.clock.advance(100);
    assert.deepEqual((await claim()).sort(), ['held', 'job-1', 'later']);
    test.clock.advance(199);
    assert.deepEqual(await claim(), []);
    test.clock.advance(1);
    assert.deepEqual((await claim()).sort(), ['held', 'job-1', 'later']);

    const changed = await load('later');
    await test.write((tx) => changed && tx.jobs.save({ ...changed, retries: 1 }));
    assert.deepEqual(await claim(), ['later']);
    assert.equal(await test.read((tx) => tx.jobs.forgetRelayed(tenantId, 'charge', 10)), 2);
    assert.deepEqual((await claim()).sort(), ['job-1', 'later']);
    await activate({ maxJobs: 1 });
    assert.deepEqual(await claim(), []);
  });

  it('does not relay jobs of a suspended instance; those of a resumed one at once', async () => {
    await insert(jobRow());
    const claim = () => {
      const againAfterMs = { least: 1_000, most: 1_000 };
      return test.read((tx) => tx.jobs.relay({ tenantId, type: 'charge', limit: 9, againAfterMs }));
    };
    assert.deepEqual(await claim(), [{ jobId: 'job-1', fence: 0, priority: 50 }]);
    await test.write((tx) => tx.jobs.suspend(jobRow().processInstanceId));
    test.clock.advance(5_000);
    assert.deepEqual(await claim(), []);
    await test.read((tx) => tx.jobs.resume(jobRow().processInstanceId));
    assert.deepEqual(
      (await claim()).map(({ jobId }) => jobId),
      ['job-1'],
    );
  });

  it('gives each job to one of many workers that ask at once', async () => {
    const ids = Array.from({ length: 40 }, (_, index) => `job-${String(index).padStart(2, '0')}`);
    await insert(...ids.map((jobId) => jobRow({ jobId })));
    const claims = await Promise.all(Array.from({ length: 20 }, () => activate({ maxJobs: 5 })));
    const first = claims.flatMap(idsOf);
    assert.equal(new Set(first).size, first.length);
    const rest = idsOf(await activate({ maxJobs: 100 }));
    assert.deepEqual([...first, ...rest].sort(), ids);
  });
});
