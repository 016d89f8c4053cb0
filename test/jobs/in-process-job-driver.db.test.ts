import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { createInProcessJobDriver } from '../../src/jobs/in-process-job-driver.js';
import type { JobDriver } from '../../src/jobs/job-driver.js';
import type { JobHandler, Variables } from '../../src/jobs/job-handler.js';
import { type JobRegistration, registerHandlers } from '../../src/jobs/job-registration.js';
import { silentLogger } from '../../src/platform/logger.js';
import { createRuntime } from '../../src/runtime/create-runtime.js';
import type { RequestContext, Runtime } from '../../src/runtime/runtime.js';
import { bpmn } from '../support/bpmn-builder.js';
import { openTestStore, type TestStore } from '../support/database.js';
import { FakeClock } from '../support/fake-clock.js';

const tenantId = 'default';
const context: RequestContext = { tenantId, actor: 'test' };
const leaseMs = 30_000;

describe('in-process job driver on a store', () => {
  let clock: FakeClock;
  let database: TestStore;
  let runtime: Runtime;
  let drivers: JobDriver[];

  beforeEach(async () => {
    clock = new FakeClock();
    database = await openTestStore({ clock });
    runtime = createRuntime({ store: database.store, clock, logger: silentLogger });
    drivers = [];
    for (const type of ['work', 'other']) {
      const content = bpmn(type).startEvent('s').serviceTask('t', { type }).endEvent('e').toXml();
      const outcome = await runtime.deploy(context, { resources: [{ name: `${type}.bpmn`, content }] });
      assert(outcome.ok);
    }
    runtime.start();
  });

  afterEach(async () => {
    let stopped = 0;
    for (const driver of drivers) void driver.stop(0).then(() => (stopped += 1));
    await eventually(async () => assert.equal(stopped, drivers.length), 1);
    await runtime.stop();
    await database.close();
  });

  function drive(registrations: readonly JobRegistration[]): void {
    const driver = createInProcessJobDriver({
      source: runtime,
      registrations: registerHandlers(registrations),
      identity: { context: { tenantId, actor: 'worker' }, worker: `worker-${drivers.length}` },
      clock,
      logger: silentLogger,
      random: () => 0,
      leaseMs,
    });
    drivers.push(driver);
    driver.start();
  }

  async function start(bpmnProcessId: string, variables: Variables = {}): Promise<string> {
    const outcome = await runtime.startProcessInstance(context, { bpmnProcessId, variables });
    assert(outcome.ok);
    return outcome.value.processInstanceId;
  }

  const count = async (bpmnProcessId: string, state: string) => {
    const filter = { bpmnProcessId: { $eq: bpmnProcessId }, state: { $eq: state } };
    const request = { filter, sort: [], page: { limit: 1 } };
    return (await runtime.queries.searchProcessInstances(tenantId, request)).page.totalItems;
  };

  /** Until the check holds. Real time passes for the database, and a little of the clock's with `stepMs`. */
  async function eventually(check: () => Promise<void>, stepMs = 0): Promise<void> {
    const until = Date.now() + 15_000;
    for (;;) {
      try {
        return await check();
      } catch (error) {
        if (Date.now() > until) throw error;
        clock.advance(stepMs);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
  }

  it('does all jobs, each once, while one of them poisons every attempt', async () => {
    const done = new Map<string, number>();
    const handler: JobHandler = async ({ processInstanceId, variables }) => {
      done.set(processInstanceId, (done.get(processInstanceId) ?? 0) + 1);
      if (variables['poison'] === true) throw new Error('poison');
      return {};
    };
    drive([{ type: 'work', handler }]);
    const poisoned = await start('work', { poison: true });
    await Promise.all(Array.from({ length: 200 }, () => start('work')));
    await eventually(async () => assert.equal(await count('work', 'completed'), 200));
    await eventually(async () => {
      const { items } = await runtime.queries.searchIncidents(tenantId, {
        filter: {},
        sort: [],
        page: { limit: 10 },
      });
      assert.deepEqual(
        items.map(({ processInstanceId, message }) => [processInstanceId, message]),
        [[poisoned, 'poison']],
      );
    }, 500);
    assert.equal(done.get(poisoned), 3);
    done.delete(poisoned);
    assert.deepEqual([done.size, new Set(done.values())], [200, new Set([1])]);
  });

  it('row 14: poison jobs (throw, answer nonsense, hang) among a thousand: three tries, back-off, an incident; neighbours finish', async () => {
    const poisons: Readonly<Record<string, JobHandler>> = {
      throws: () => {
        throw new Error('at once');
      },
      rejects: () => Promise.reject(undefined),
      rambles: () => Promise.resolve(Symbol('nonsense') as unknown as Variables),
      hangs: () => new Promise(() => {}),
    };
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', note);
    const attempts = new Map<string, number[]>();
    const others = 1_000;
    drive([
      {
        type: 'work',
        timeoutMs: 5_000,
        handler: (job, jobContext) => {
          const poison = poisons[String(job.variables['poison'])];
          if (poison === undefined) return Promise.resolve({});
          const times = attempts.get(job.processInstanceId) ?? [];
          attempts.set(job.processInstanceId, [...times, clock.now()]);
          return poison(job, jobContext);
        },
      },
    ]);
    const poisoned = new Map<string, string>();
    for (const poison of Object.keys(poisons))
      for (let count = 0; count < 3; count++) poisoned.set(await start('work', { poison }), poison);
    await Promise.all(Array.from({ length: others }, () => start('work')));
    await eventually(async () => assert.equal(await count('work', 'completed'), others));
    const found = async () => {
      const page = { filter: {}, sort: [], page: { limit: 100 } };
      const { items } = await runtime.queries.searchIncidents(tenantId, page);
      return items;
    };
    await eventually(async () => assert.equal((await found()).length, poisoned.size), 500);
    const expected: Readonly<Record<string, RegExp>> = {
      throws: /^at once$/,
      rejects: /threw something that is no Error/,
      rambles: /Expected the handler to answer/,
      hangs: /has not answered within 5000 ms/,
    };
    for (const { processInstanceId, message } of await found())
      assert.match(message, expected[poisoned.get(processInstanceId) ?? ''] ?? /never/);
    assert.equal(attempts.size, poisoned.size);
    for (const [first = 0, second = 0, third = 0, ...more] of attempts.values()) {
      assert.deepEqual(more, []);
      // A second, and then two, of which the upper half is random.
      assert.ok(second - first >= 500 && third - second >= 1_000, `${first}, ${second}, ${third}`);
    }
    await start('work');
    await eventually(async () => assert.equal(await count('work', 'completed'), others + 1));
    process.off('unhandledRejection', note);
    assert.deepEqual(unhandled, []);
  });

  it('goes on with other types while all jobs of one hang', async () => {
    drive([
      { type: 'work', handler: () => new Promise(() => {}) },
      { type: 'other', handler: async () => {} },
    ]);
    await Promise.all(Array.from({ length: 50 }, () => start('work')));
    await Promise.all(Array.from({ length: 50 }, () => start('other')));
    await eventually(async () => assert.equal(await count('other', 'completed'), 50));
    assert.equal(await count('work', 'active'), 50);
  });

  it('shares jobs with another driver, and none is done twice', async () => {
    const done: string[] = [];
    const registration = {
      type: 'work',
      concurrency: 4,
      handler: async ({ jobId }: { readonly jobId: string }) => void done.push(jobId),
    };
    drive([registration]);
    drive([registration]);
    await Promise.all(Array.from({ length: 100 }, () => start('work')));
    await eventually(async () => assert.equal(await count('work', 'completed'), 100));
    assert.deepEqual([done.length, new Set(done).size], [100, 100]);
  });

  it('does a job again that a killed driver held, and records only one result', async () => {
    const id = await start('work');
    const input = { type: 'work', worker: 'killed', maxJobs: 1, timeoutMs: leaseMs };
    const taken = await runtime.activateJobs(context, input);
    assert(taken.ok);
    const [held] = taken.value;
    assert(held !== undefined);
    const keys: string[] = [];
    drive([{ type: 'work', handler: async (_job, { idempotencyKey }) => void keys.push(idempotencyKey) }]);
    clock.advance(leaseMs);
    await eventually(async () => assert.equal(await count('work', 'completed'), 1), 500);
    assert.deepEqual(keys, [held.jobId]);
    const late = await runtime.completeJob(context, held.jobId, {
      variables: { late: true },
      fence: held.fence,
    });
    assert(!late.ok);
    assert.equal((await runtime.queries.processInstance(tenantId, id))?.state.status, 'completed');
  });

  it('aborts a handler whose instance is canceled, and drops what it answers', async () => {
    let aborted = 0;
    const handler: JobHandler = (_job, { signal }) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          aborted += 1;
          resolve({ late: true });
        });
      });
    drive([{ type: 'work', handler, timeoutMs: 600_000 }]);
    const id = await start('work');
    await eventually(async () => {
      const { items } = await runtime.queries.searchJobs(tenantId, {
        filter: {},
        sort: [],
        page: { limit: 1 },
      });
      assert.equal(items[0]?.state, 'activated');
    });
    assert((await runtime.cancelProcessInstance(context, id)).ok);
    await eventually(async () => assert.equal(aborted, 1), 500);
    assert.equal((await runtime.queries.processInstance(tenantId, id))?.state.status, 'canceled');
  });

  it('gives back at the stop what has not answered, with all its retries', async () => {
    drive([{ type: 'work', handler: () => new Promise(() => {}) }]);
    await start('work');
    const job = async () => {
      const { items } = await runtime.queries.searchJobs(tenantId, {
        filter: {},
        sort: [],
        page: { limit: 1 },
      });
      return items[0];
    };
    await eventually(async () => assert.equal((await job())?.state, 'activated'));
    const stopped = drivers[0]?.stop(10_000);
    await eventually(async () => assert.equal((await job())?.state, 'created'), 500);
    await stopped;
    assert.equal((await job())?.retries, 3);
  });
});
