// SQLite has one server by its nature; only nodes on one PostgreSQL have others to tell.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import pg from 'pg';
import type { Store } from '../../src/runtime/ports.js';
import type { Runtime } from '../../src/runtime/runtime.js';
import { oneJob, oneTimer, oneUserTask } from './models.js';
import { context, loopTimers, ok, useRuntime } from './use-runtime.js';

/** The time stands still unless a test moves it, so that nothing is found by looking from time to time. */
describe('what one node does is known at once', () => {
  const test = useRuntime();
  let other: { readonly runtime: Runtime; readonly store: Store };

  const query = async (sql: string): Promise<readonly Record<string, unknown>[]> => {
    const client = new pg.Client({ connectionString: test.databaseUrl });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  };
  const linesOf = async (): Promise<readonly number[]> =>
    (
      await query(
        `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'throughline-hints'
         AND state = 'idle' AND query LIKE '%LISTEN%' ORDER BY pid`,
      )
    ).map(({ pid }) => Number(pid));

  beforeEach('start a second node, as a worker is one: it fires no timers', async () => {
    const store = await test.openStore();
    const runtime = test.createRuntime({}, store);
    runtime.start('deliveries');
    other = { runtime, store };
    await test.until(async () => (await linesOf()).length === 2, 'both nodes to listen');
  });
  afterEach('stop it', async () => {
    await other.runtime.stop();
    await other.store.close();
  });

  const asleep = () =>
    test.until(() => test.clock.pendingTimers === loopTimers + 1, 'all loops of both nodes to sleep');

  /** Begins to poll, and answers when the poll waits. */
  const poll = async () => {
    const timers = test.clock.pendingTimers;
    const input = { type: 'work', worker: 'w', maxJobs: 1, timeoutMs: 60_000, requestTimeoutMs: 30_000 };
    const answer = test.runtime.activateJobs(context, input).then((outcome) => ok(outcome).length);
    await test.until(() => test.clock.pendingTimers > timers + 1, 'the poll and its watch to wait');
    return { answer };
  };
  const startThere = async (bpmnProcessId: string): Promise<string> =>
    ok(await other.runtime.startProcessInstance(context, { bpmnProcessId })).processInstanceId;

  it('ends at once when it is stopped before it listens', async () => {
    const store = await test.openStore();
    const runtime = test.createRuntime({}, store);
    await runtime.stop();
    await store.close();
  });

  it('to a long poll of another', async () => {
    await test.deploy(oneJob());
    const { answer } = await poll();
    await startThere('work');
    assert.equal(await answer, 1);
  });

  it('to a job driver of another', async () => {
    await test.deploy(oneJob());
    let offers = 0;
    const stop = test.runtime.onJobsAvailable(context.tenantId, 'work', () => offers++);
    await startThere('work');
    await test.until(() => offers > 0, 'the offer to be heard');
    stop();
  });

  it('to a request of another that waits for the end of an instance', async () => {
    await test.deploy(oneUserTask());
    const { processInstanceId } = await test.start('ask');
    const ended = test.runtime.awaitEnd(context.tenantId, processInstanceId, 30_000);
    const [task] = await test.userTasks();
    ok(await other.runtime.completeUserTask(context, task?.userTaskId ?? '', {}));
    assert.equal(await ended, true);
  });

  it('to the timers of another: one that is due fires', async () => {
    await test.deploy(oneTimer('now', 'PT0S'));
    await asleep();
    const id = await startThere('now');
    await test.until(
      async () => (await test.instance(id)).state.status === 'completed',
      'the timer to fire on the other node',
    );
  });

  it('to the timers of another: one that is due soon fires at its time', async () => {
    await test.deploy(oneTimer('soon', 'PT0.25S'));
    await asleep();
    const id = await startThere('soon');
    const dueAt = test.clock.now() + 250;
    await test.until(() => test.clock.nextTimerAtMs === dueAt, 'the other node to wait for the timer');
    await test.pass(250);
    assert.equal((await test.instance(id)).state.status, 'completed');
  });

  it('again, after their connections were cut', async () => {
    await test.deploy(oneJob());
    const before = await linesOf();
    await query(`SELECT pg_terminate_backend(pid) FROM unnest('{${before.join()}}'::int[]) AS pid`);
    await test.until(async () => {
      const now = await linesOf();
      return now.length === 2 && now.every((pid) => !before.includes(pid));
    }, 'both nodes to listen again');
    const { answer } = await poll();
    await startThere('work');
    assert.equal(await answer, 1);
  });

  it('or found by looking, where the word is lost', async () => {
    await test.deploy(oneJob());
    const deaf = test.createRuntime({}, other.store); // It has not been started: it tells nobody.
    const { answer } = await poll();
    ok(await deaf.startProcessInstance(context, { bpmnProcessId: 'work' }));
    test.clock.advance(1_000);
    assert.equal(await answer, 1);
  });
});
