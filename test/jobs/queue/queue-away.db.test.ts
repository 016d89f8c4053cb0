import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { JobRelay, relayAgainAfterMs, relayLookMs } from '../../../src/jobs/queue/job-relay.js';
import { silentLogger } from '../../../src/platform/logger.js';
import type { Store } from '../../../src/runtime/ports.js';
import { randomOf } from '../../fuzz/random.js';
import { context, ok, useRuntime } from '../../runtime/use-runtime.js';
import { bpmn } from '../../support/bpmn-builder.js';
import { FaultyQueue } from './faulty-queue.js';

const second = 1_000;
const awaySeconds = 60;
const timerMs = 20 * second;
const leaseMs = 5 * second;
/** The longest pause between two attempts to put what was claimed before the queue went away, and a look. */
const backWithinMs = 5 * second + relayLookMs;
const many = 10;
/** So many turns with nothing asked of the database, and runtime and relay sleep. */
const quietTurns = 5;

const order = bpmn('order')
  .startEvent('start')
  .parallelGateway('fork')
  .serviceTask('job', { type: 'note' })
  .endEvent('noted')
  .at('fork')
  .intermediateCatchEvent('pause', { timer: { duration: `PT${timerMs / second}S` } })
  .endEvent('paused');

describe('a queue that is flushed, killed and away', function () {
  this.timeout(60_000);
  let underWay = 0;
  const test = useRuntime({ wrap: (store) => watched(store, (more) => void (underWay += more)) });
  let queue: FaultyQueue;
  let relay: JobRelay;
  const started: string[] = [];
  const completed: string[] = [];

  beforeEach('start a relay', async () => {
    queue = new FaultyQueue(randomOf(1));
    queue.isCalm = true;
    const { clock, runtime: source } = test;
    relay = new JobRelay({ source, queue, context, types: ['note'], clock, logger: silentLogger });
    relay.start();
    started.length = 0;
    completed.length = 0;
    await test.deploy(order);
  });
  afterEach('stop the relay', () => relay.stop());

  const start = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n++) {
      const input = { bpmnProcessId: 'order' };
      started.push(ok(await test.runtime.startProcessInstance(context, input)).processInstanceId);
    }
  };
  const settle = async (): Promise<void> => {
    for (let quiet = 0; quiet < quietTurns; quiet = underWay > 0 ? 0 : quiet + 1) await nextTurn();
  };
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += second) {
      test.clock.advance(second);
      await settle();
      await test.rest();
    }
  };
  /** A worker locks what the queue brings; what it has locked it holds for `leaseMs`. */
  const take = async (count: number) => {
    const entries = [...queue.entries].slice(0, count);
    for (const [id] of entries) queue.entries.delete(id);
    const jobs = entries.map(([, { jobId, fence }]) => ({ jobId, fence }));
    return ok(await test.runtime.lockJobs(context, { jobs, worker: 'worker', timeoutMs: leaseMs }));
  };
  const complete = async ({ jobId, fence }: { readonly jobId: string; readonly fence: number }) => {
    ok(await test.runtime.completeJob(context, jobId, { fence }));
    completed.push(jobId);
  };
  const kill = (): void => {
    queue.flush();
    queue.isAway = true;
  };
  const offered = async (): Promise<readonly string[]> =>
    (await test.jobs()).flatMap(({ jobId, state }) => (state === 'created' ? [jobId] : [])).sort();
  const queued = (): readonly string[] => [...queue.entries.values()].map(({ jobId }) => jobId).sort();

  it('row 8: FLUSHALL, SIGKILL of Redis, Redis away for 60 s: requests are answered, timers fire in time, jobs are back within the sweep, none is lost or recorded twice', async () => {
    await start(many);
    await settle();
    for (const job of await take(2)) await complete(job);
    assert.equal(queued().length, many - 2);

    queue.flush();
    await pass(relayLookMs);
    assert.deepEqual(
      queued(),
      await offered(),
      'Expected what was flushed to be put again at the next look.',
    );
    assert.equal(queued().length, many - 2);

    // Some are held by a worker, which reports to the API; some by one that dies with the queue.
    const [reporting = { jobId: '', fence: 0 }, ...dying] = await take(3);
    assert.equal(dying.length, 2);
    kill();
    for (let passed = 0; passed < awaySeconds; passed++) {
      await start(1);
      await pass(second);
      assert.equal(relay.state.isUp, false);
      if (passed === 1) await complete(reporting);
      if (passed % 10 === 0) {
        // Whoever asks the API for jobs has them without a queue.
        const [asked] = await test.take('note', { maxJobs: 1, timeoutMs: leaseMs });
        assert.ok(asked);
        await complete(asked);
      }
    }
    assert.equal(queued().length, 0);
    const waiting = await offered();
    assert.equal(waiting.length + completed.length, started.length, 'Expected each job to wait or be done.');

    queue.isAway = false;
    await pass(backWithinMs);
    assert.equal(relay.state.isUp, true);
    assert.deepEqual(queued(), waiting, 'Expected every job that waits to be on the queue again.');
    assert.ok(backWithinMs < relayAgainAfterMs.least);
    for (const job of await take(queue.entries.size)) await complete(job);
    await pass(timerMs);

    for (const id of started) assert.equal((await test.instance(id)).state.status, 'completed');
    const tables = await test.tables();
    const recorded = tables.journal.flatMap(
      ({ events }) => String(events).match(/"type":"jobCompleted"/g) ?? [],
    );
    assert.equal(recorded.length, started.length);
    assert.equal(new Set(completed).size, started.length);
    const pauses = tables.element_instance.filter(({ element_id: id }) => id === 'pause');
    assert.equal(pauses.length, started.length);
    for (const { started_at: from, ended_at: to } of pauses)
      assert.equal(
        Number(to) - Number(from),
        timerMs,
        'Expected each timer at its time, also while it was away.',
      );
  });
});

/** The store, telling what begins (1) and ends (-1). */
function watched(store: Store, tell: (more: 1 | -1) => void): Store {
  const tracked = async <T>(work: () => Promise<T>): Promise<T> => {
    tell(1);
    try {
      return await work();
    } finally {
      tell(-1);
    }
  };
  return new Proxy(store, {
    get: (target, name) => {
      if (name === 'transact')
        return (...args: Parameters<Store['transact']>) => tracked(() => target.transact(...args));
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
