import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, it } from 'mocha';
import type { Store } from '../../src/runtime/ports.js';
import { StoreUnavailable } from '../../src/runtime/ports.js';
import { oneJob } from './models.js';
import { context, ok, useRuntime } from './use-runtime.js';

describe('long polls for jobs', () => {
  /** Lets the next transaction fail when a test says so. */
  let failNext = false;
  /** Done before the next transaction, when a test says so. */
  let beforeNext: (() => Promise<unknown>) | undefined;
  /** What the runtime has asked the database, and is not answered. */
  let asking = 0;
  const counted = async <T>(ask: () => Promise<T>): Promise<T> => {
    asking++;
    try {
      return await ask();
    } finally {
      asking--;
    }
  };
  const wrap = (store: Store): Store => ({
    isSerial: store.isSerial,
    ...{ ping: () => store.ping(), close: () => store.close() },
    openHints: (heard) => store.openHints(heard),
    queries: Object.fromEntries(
      Object.entries(store.queries).map(
        ([name, query]: [string, (...request: never[]) => Promise<unknown>]) => [
          name,
          (...request: never[]) => counted(() => query(...request)),
        ],
      ),
    ) as unknown as Store['queries'],
    transact: (work, options) =>
      counted(async () => {
        const before = beforeNext;
        beforeNext = undefined;
        await before?.();
        if (!failNext) return store.transact(work, options);
        failNext = false;
        throw new StoreUnavailable('away for a moment');
      }),
  });
  const test = useRuntime({ wrap });

  /**
   * Resolves when nothing goes on that goes on by itself: the loops sleep, and polls wait that have found nothing. Else the look for jobs
   * that become available by time might still be on its way, and find a job before the commit that offers it is told here.
   */
  const quiet = async () => {
    let quietTurns = 0;
    await test.until(() => (quietTurns = asking === 0 ? quietTurns + 1 : 0) > 3, 'nothing to go on');
  };

  /** Begins to poll, and answers when the poll waits. */
  const poll = async (more: { requestTimeoutMs?: number; signal?: AbortSignal } = {}) => {
    const { requestTimeoutMs = 30_000, signal } = more;
    const input = { type: 'work', worker: 'poller', maxJobs: 1, timeoutMs: 60_000, requestTimeoutMs };
    const state = { answered: false, jobIds: [] as readonly string[] };
    const answer = test.runtime.activateJobs(context, input, signal).then((outcome) => {
      state.answered = true;
      state.jobIds = ok(outcome).map(({ jobId }) => jobId);
      return state.jobIds;
    });
    await quiet();
    return { state, answer };
  };
  const start = () => test.start('work');
  const turns = async (count: number) => {
    for (let turn = 0; turn < count; turn++) await nextTurn();
  };

  it('answer at once without a time to wait', async () => {
    assert.deepEqual(await test.take('work', { requestTimeoutMs: 0 }), []);
    assert.deepEqual(await test.take('work'), []);
  });

  it('are woken by the commit that offers a job', async () => {
    await test.deploy(oneJob());
    const { answer, state } = await poll();
    assert.equal(state.answered, false);
    await start();
    assert.equal((await answer).length, 1);
  });

  it('are woken by the end of a back-off', async () => {
    await test.deploy(oneJob());
    await start();
    const { jobId, fence } = await test.takeOne('work');
    const { answer, state } = await poll();
    ok(await test.runtime.failJob(context, jobId, { fence, errorMessage: 'no', backoffMs: 500 }));
    await test.pass(499);
    assert.equal(state.answered, false);
    test.clock.advance(1);
    assert.deepEqual(await answer, [jobId]);
  });

  it('are woken by the deadline of another worker', async () => {
    await test.deploy(oneJob());
    await start();
    const { jobId } = await test.takeOne('work');
    const { answer } = await poll({ requestTimeoutMs: 120_000 });
    test.clock.advance(60_000);
    assert.deepEqual(await answer, [jobId]);
  });

  it('are woken by the end of an incident and by a failure without back-off', async () => {
    await test.deploy(oneJob());
    await start();
    const { jobId, fence } = await test.takeOne('work');
    ok(await test.runtime.failJob(context, jobId, { fence, errorMessage: 'no', retries: 0 }));
    const first = await poll();
    const [incident] = await test.openIncidents();
    ok(await test.runtime.resolveIncident(context, incident?.incidentId ?? ''));
    assert.deepEqual(await first.answer, [jobId]);
    const second = await poll();
    ok(await test.runtime.failJob(context, jobId, { errorMessage: 'no', retries: 2 }));
    assert.deepEqual(await second.answer, [jobId]);
  });

  it('find within a second what another node has offered', async () => {
    await test.deploy(oneJob());
    const { answer, state } = await poll();
    const otherNode = test.createRuntime();
    ok(await otherNode.startProcessInstance(context, { bpmnProcessId: 'work' }));
    await quiet();
    assert.equal(state.answered, false);
    test.clock.advance(1000);
    assert.equal((await answer).length, 1);
  });

  it('end empty when their time is over', async () => {
    const { answer, state } = await poll({ requestTimeoutMs: 5000 });
    test.clock.advance(4999);
    await quiet();
    assert.equal(state.answered, false);
    test.clock.advance(1);
    assert.deepEqual(await answer, []);
  });

  it('end when the caller has gone, and leave the jobs to others', async () => {
    await test.deploy(oneJob());
    const caller = new AbortController();
    const { answer } = await poll({ signal: caller.signal });
    caller.abort();
    await start();
    assert.deepEqual(await answer, []);
    await test.takeOne('work');
  });

  it('of callers who have gone before take nothing', async () => {
    await test.deploy(oneJob());
    await start();
    assert.deepEqual(await (await poll({ signal: AbortSignal.abort() })).answer, []);
    await test.takeOne('work');
  });

  it('give their turn to the next one when the caller goes at the moment of the offer', async () => {
    await test.deploy(oneJob());
    const caller = new AbortController();
    const first = await poll({ signal: caller.signal });
    const second = await poll();
    const gone = test.runtime.onJobsAvailable(context.tenantId, 'work', () => caller.abort());
    await start();
    gone();
    assert.deepEqual(await first.answer, []);
    assert.equal((await second.answer).length, 1);
  });

  it('give their turn to the next one when the database goes at the moment of the offer', async () => {
    await test.deploy(oneJob());
    const first = await poll();
    const failed = assert.rejects(first.answer, StoreUnavailable);
    const second = await poll();
    const gone = test.runtime.onJobsAvailable(context.tenantId, 'work', () => (failNext = true));
    ok(await test.runtime.startProcessInstance(context, { bpmnProcessId: 'work' }));
    gone();
    await failed;
    assert.equal((await second.answer).length, 1);
  });

  it('are served in the order in which they came, one job each', async () => {
    await test.deploy(oneJob());
    const polls = [];
    for (let index = 0; index < 5; index++) polls.push(await poll());
    const served: number[] = [];
    polls.forEach(
      ({ answer }, index) => void answer.then((jobIds) => jobIds.length === 1 && served.push(index)),
    );
    for (let index = 0; index < 5; index++) {
      await start();
      await test.until(() => served.length === index + 1, `${index + 1} polls to be served`);
    }
    assert.deepEqual(served, [0, 1, 2, 3, 4]);
  });

  it('keep their place when somebody else was quicker', async () => {
    await test.deploy(oneJob());
    let stolen = 0;
    const steal = async () => (stolen += (await test.take('work')).length);
    const thief = test.runtime.onJobsAvailable(context.tenantId, 'work', () => (beforeNext = steal));
    const first = await poll();
    const second = await poll();
    await start();
    thief();
    await test.until(() => stolen === 1, 'the job to be taken');
    await quiet();
    assert.deepEqual([first.state.answered, second.state.answered], [false, false]);
    await start();
    assert.equal((await first.answer).length, 1);
    assert.equal(second.state.answered, false);
    await start();
    await second.answer;
  });

  it('of three workers who ask again and again get the same number of jobs that trickle in', async () => {
    await test.deploy(oneJob());
    const done = [0, 0, 0];
    const gone = new AbortController();
    const workers = done.map(async (_, worker) => {
      while (!gone.signal.aborted) {
        const input = {
          type: 'work',
          worker: `w${worker}`,
          maxJobs: 1,
          timeoutMs: 60_000,
          requestTimeoutMs: 30_000,
        };
        for (const { jobId, fence } of ok(await test.runtime.activateJobs(context, input, gone.signal))) {
          ok(await test.runtime.completeJob(context, jobId, { fence }));
          done[worker] = (done[worker] ?? 0) + 1;
        }
      }
    });
    for (let count = 1; count <= 30; count++) {
      await quiet();
      await start();
      await test.until(() => done.reduce((sum, jobs) => sum + jobs) === count, `${count} jobs to be done`);
    }
    gone.abort();
    await Promise.all(workers);
    assert.deepEqual(done, [10, 10, 10]);
  });

  it('whose caller goes while jobs are being taken for it give them back', async () => {
    await test.deploy(oneJob());
    const caller = new AbortController();
    const runtime = test.createRuntime({
      wrap: (store) => ({
        ...{ isSerial: store.isSerial, queries: store.queries },
        ...{ ping: () => store.ping(), close: () => store.close() },
        openHints: (heard) => store.openHints(heard),
        async transact(work, options) {
          const result = await store.transact(work, options);
          caller.abort();
          return result;
        },
      }),
    });
    await start();
    const input = { type: 'work', worker: 'gone', maxJobs: 1, timeoutMs: 60_000 };
    assert.deepEqual(ok(await runtime.activateJobs(context, input, caller.signal)), []);
    await runtime.stop();
    const { fence, retries } = await test.takeOne('work');
    assert.deepEqual([fence, retries], [2, 3]);
  });

  it('all get one of as many jobs that come at once', async () => {
    await test.deploy(oneJob());
    const polls = await Promise.all(Array.from({ length: 20 }, () => poll()));
    await Promise.all(polls.map(start));
    const taken = (await Promise.all(polls.map(({ answer }) => answer))).flat();
    assert.equal(new Set(taken).size, 20);
  });

  it('of other types and tenants sleep on', async () => {
    await test.deploy(oneJob());
    const input = { worker: 'poller', maxJobs: 1, timeoutMs: 1, requestTimeoutMs: 5000 };
    let answered = 0;
    const polls = [
      test.runtime.activateJobs(context, { ...input, type: 'other' }),
      test.runtime.activateJobs({ ...context, tenantId: 'other' }, { ...input, type: 'work' }),
    ].map(async (answer) => {
      assert.deepEqual(ok(await answer), []);
      answered++;
    });
    await start();
    await quiet();
    assert.equal(answered, 0);
    test.clock.advance(5000);
    await Promise.all(polls);
  });

  it('answer when the server stops, and take nothing then', async () => {
    await test.deploy(oneJob());
    const polls = await Promise.all(Array.from({ length: 3 }, () => poll()));
    await test.runtime.stop();
    assert.deepEqual((await Promise.all(polls.map(({ answer }) => answer))).flat(), []);
    await start();
    assert.deepEqual(
      ok(await test.runtime.activateJobs(context, { type: 'work', worker: 'w', maxJobs: 1, timeoutMs: 1 })),
      [],
    );
  });

  it('leave nothing in memory behind', async () => {
    await test.asleep();
    for (let index = 0; index < 10; index++) {
      const caller = new AbortController();
      const input = { type: `type-${index}`, worker: 'w', maxJobs: 1, timeoutMs: 1, requestTimeoutMs: 1000 };
      const answer = test.runtime.activateJobs(context, input, caller.signal);
      await turns(3);
      caller.abort();
      await answer;
      test.runtime.onJobsAvailable(context.tenantId, 'work', () => undefined)();
    }
    await test.asleep();
  });
});
