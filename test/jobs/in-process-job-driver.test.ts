import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { createInProcessJobDriver } from '../../src/jobs/in-process-job-driver.js';
import type { JobDriver } from '../../src/jobs/job-driver.js';
import type { JobContext, JobHandler, JobResult, Variables } from '../../src/jobs/job-handler.js';
import { JobInterruption } from '../../src/jobs/job-handler.js';
import { type JobRegistration, registerHandlers } from '../../src/jobs/job-registration.js';
import { createLogger } from '../../src/platform/logger.js';
import { refused } from '../../src/runtime/outcome.js';
import { StoreUnavailable } from '../../src/runtime/ports.js';
import { FakeClock } from '../support/fake-clock.js';
import { MemoryJobSource } from './memory-job-source.js';

describe('in-process job driver', () => {
  let clock: FakeClock;
  let source: MemoryJobSource;
  let driver: JobDriver;
  let log: string[];
  const unhandled: unknown[] = [];
  const noteUnhandled = (error: unknown) => unhandled.push(error);

  beforeEach(() => {
    clock = new FakeClock();
    source = new MemoryJobSource(clock);
    log = [];
    unhandled.length = 0;
    process.on('unhandledRejection', noteUnhandled);
  });

  afterEach(async () => {
    await settle();
    process.off('unhandledRejection', noteUnhandled);
    assert.deepEqual(unhandled, []);
  });

  function start(
    handler: JobHandler,
    more: Partial<JobRegistration> = {},
    others: readonly JobRegistration[] = [],
  ): void {
    driver = createInProcessJobDriver({
      source,
      registrations: registerHandlers([{ type: 'work', handler, ...more }, ...others]),
      identity: { context: { tenantId: 'default', actor: 'driver' }, worker: 'in-process' },
      clock,
      logger: createLogger({ level: 'debug' }, { write: (line) => log.push(line) }),
      random: () => 0,
      leaseMs: 30_000,
      pollMs: 10_000,
    });
    driver.start();
  }

  const settle = () => clock.advanceAsync(0).then(() => clock.advanceAsync(0));
  const reports = () => source.calls.filter(({ operation }) => operation !== 'extend');

  describe('taking jobs', () => {
    it('takes what waits at the start and what is offered later, without any time passing', async () => {
      source.add({ jobId: 'a' });
      start(async () => {});
      await settle();
      assert.equal(source.stored('a').state, 'completed');
      source.add({ jobId: 'b' });
      await settle();
      assert.equal(source.stored('b').state, 'completed');
    });

    it('finds by its slow poll a job that nobody told it of', async () => {
      start(async () => {});
      await settle();
      source.add({ jobId: 'a' }, { quietly: true });
      await clock.advanceAsync(9_999);
      assert.equal(source.stored('a').state, 'created');
      await clock.advanceAsync(1);
      assert.equal(source.stored('a').state, 'completed');
    });

    it('never holds more than its concurrency and does them all', async () => {
      const open: (() => void)[] = [];
      let most = 0;
      for (let i = 0; i < 20; i++) source.add({ jobId: `j${i}` });
      start(
        () =>
          new Promise(
            (resolve) =>
              (most = Math.max(
                most,
                open.push(() => resolve({})),
              )),
          ),
        { concurrency: 3 },
      );
      await settle();
      while (open.length > 0) {
        assert(open.length <= 3);
        open.shift()?.();
        await settle();
      }
      assert.equal(most, 3);
      assert.equal(reports().length, 20);
    });

    it('does not ask the store again and again when nothing is there', async () => {
      start(async () => {});
      await clock.advanceAsync(60_000);
      assert.equal(source.activations, 7);
    });

    it('goes on after the store was away', async () => {
      source.add({ jobId: 'a' });
      source.beforeActivation = () => Promise.reject(new StoreUnavailable('away'));
      start(async () => {});
      await settle();
      source.beforeActivation = () => Promise.resolve();
      await clock.advanceAsync(10_000);
      assert.equal(source.stored('a').state, 'completed');
    });

    it('keeps job types apart: one that hangs does not hold up another', async () => {
      for (let i = 0; i < 40; i++) source.add({ jobId: `hang${i}` });
      start(() => new Promise(() => {}), {}, [{ type: 'other', handler: async () => {} }]);
      for (let i = 0; i < 40; i++) source.add({ jobId: `other${i}`, type: 'other' });
      await settle();
      assert.equal(reports().filter(({ jobId }) => jobId.startsWith('other')).length, 40);
    });
  });

  describe('reporting', () => {
    it('completes with the variables and the fence of its activation', async () => {
      source.add({ jobId: 'a', fence: 4 });
      start(async (job) => ({ sum: job.fence }));
      await settle();
      assert.deepEqual(source.calls, [
        { operation: 'complete', jobId: 'a', input: { variables: { sum: 5 }, fence: 5 } },
      ]);
    });

    it('throws a BPMN error', async () => {
      source.add({ jobId: 'a' });
      start(async () => ({ kind: 'error', errorCode: 'no', errorMessage: 'why', variables: { a: 1 } }));
      await settle();
      assert.deepEqual(source.calls, [
        {
          operation: 'error',
          jobId: 'a',
          input: { errorCode: 'no', errorMessage: 'why', variables: { a: 1 }, fence: 1 },
        },
      ]);
    });

    it('gives the handler the job id as its idempotency key, the same at each attempt', async () => {
      const keys: string[] = [];
      source.add({ jobId: 'a' });
      start(async (_job, { idempotencyKey }) => {
        keys.push(idempotencyKey);
        throw new Error('again');
      });
      await clock.advanceAsync(60_000);
      assert.deepEqual(keys, ['a', 'a', 'a']);
    });

    for (const [what, handler, message] of [
      ['rejects', () => Promise.reject(new Error('broken')), /^broken$/],
      [
        'throws before its first await',
        () => {
          throw new Error('at once');
        },
        /^at once$/,
      ],
      ['rejects with a string', () => Promise.reject('text'), /^text$/],
      ['rejects with undefined', () => Promise.reject(undefined), /no Error: undefined/],
    ] as const) {
      it(`fails a job whose handler ${what}, with a retry fewer and a back-off`, async () => {
        source.add({ jobId: 'a' });
        start(handler);
        await settle();
        const [call] = source.calls;
        assert.equal(call?.operation, 'fail');
        assert.match(String(call.input['errorMessage']), message);
        assert.deepEqual([call.input['retries'], call.input['backoffMs'], call.input['fence']], [2, 500, 1]);
      });
    }

    it('backs off longer with each attempt until no retries are left', async () => {
      source.add({ jobId: 'a' });
      start(async () => ({ kind: 'fail', errorMessage: 'no' }), {
        backoff: { initialMs: 4_000, maxMs: 6_000 },
      });
      await clock.advanceAsync(120_000);
      assert.deepEqual(
        reports().map(({ input }) => [input['retries'], input['backoffMs']]),
        [
          [2, 2_000],
          [1, 3_000],
          [0, 3_000],
        ],
      );
      assert.equal(source.stored('a').state, 'failed');
    });

    it('takes back-off and end of retries from the handler', async () => {
      source.add({ jobId: 'a' });
      source.add({ jobId: 'b' });
      start(async ({ jobId }) =>
        jobId === 'a'
          ? { kind: 'fail', errorMessage: 'later', backoffMs: 77 }
          : { kind: 'fail', errorMessage: 'never', retry: false },
      );
      await settle();
      assert.deepEqual([source.calls[0]?.input['retries'], source.calls[0]?.input['backoffMs']], [2, 77]);
      assert.equal(source.stored('b').state, 'failed');
    });

    it('leaves a job its retries where the handler has attempted nothing', async () => {
      source.add({ jobId: 'a', retries: 1 });
      start(async () => ({ kind: 'fail', errorMessage: 'away', usesRetry: false, backoffMs: 77 }));
      await settle();
      assert.deepEqual([source.calls[0]?.input['retries'], source.calls[0]?.input['backoffMs']], [1, 77]);
      assert.equal(source.stored('a').state, 'created');
    });

    it('fails a job whose handler answers something that is no JSON object', async () => {
      source.add({ jobId: 'a' });
      start(() => Promise.resolve(JSON.parse('7')));
      await settle();
      assert.match(String(source.calls[0]?.input['errorMessage']), /JSON object.*found a number/);
    });

    it('cuts a long error message', async () => {
      source.add({ jobId: 'a' });
      start(() => Promise.reject(new Error('x'.repeat(10_000))));
      await settle();
      assert.equal(String(source.calls[0]?.input['errorMessage']).length, 2_000);
    });

    it('drops the result of a job that another holds by now', async () => {
      let answer: (variables: { a: number }) => void = () => {};
      source.add({ jobId: 'a' });
      start(() => new Promise((resolve) => (answer = resolve)));
      await settle();
      source.add({ jobId: 'a', fence: 9 }, { quietly: true });
      answer({ a: 1 });
      await settle();
      assert.equal(reports().length, 1);
      assert.equal(source.stored('a').state, 'created');
      assert(log.some((line) => line.includes('is dropped')));
    });

    it('fails a job whose answer the runtime refuses', async () => {
      source.add({ jobId: 'a' });
      source.beforeReport = async ({ operation }) =>
        operation === 'complete' ? refused('limit-exceeded', 'Expected less.') : undefined;
      start(async () => ({ a: 1 }));
      await settle();
      assert.match(String(source.calls[1]?.input['errorMessage']), /refused: Expected less\./);
      assert.equal(source.stored('a').job.retries, 2);
    });

    it('fails a job whose report goes wrong in an unforeseen way', async () => {
      source.add({ jobId: 'a' });
      source.beforeReport = ({ operation }) =>
        operation === 'complete' ? Promise.reject(new Error('a bug')) : Promise.resolve(undefined);
      start(async () => ({ a: 1 }));
      await settle();
      assert.match(String(source.calls[1]?.input['errorMessage']), /could not be recorded: a bug/);
    });

    it('repeats a report while the store is away', async () => {
      let away = 3;
      source.add({ jobId: 'a' });
      source.beforeReport = () =>
        away-- > 0 ? Promise.reject(new StoreUnavailable('away')) : Promise.resolve(undefined);
      start(async () => ({ a: 1 }));
      await clock.advanceAsync(1_000);
      assert.equal(source.calls.length, 4);
      assert.equal(source.stored('a').state, 'completed');
    });

    it('leaves a job to its deadline when the store stays away, and does it again then', async () => {
      let calls = 0;
      let isAway = true;
      source.add({ jobId: 'a' });
      source.beforeReport = () =>
        isAway ? Promise.reject(new StoreUnavailable('away')) : Promise.resolve(undefined);
      start(async () => void calls++);
      await clock.advanceAsync(10_000);
      assert.deepEqual([calls, source.calls.length], [1, 6]);
      isAway = false;
      await clock.advanceAsync(30_000);
      assert.deepEqual([calls, source.stored('a').state], [2, 'completed']);
    });
  });

  describe('time', () => {
    const hang =
      (seen: JobContext[]): JobHandler =>
      (_job, context) => {
        seen.push(context);
        return new Promise(() => {});
      };

    it('aborts and fails a job whose handler does not answer in time', async () => {
      const seen: JobContext[] = [];
      source.add({ jobId: 'a', retries: 1 });
      start(hang(seen), { timeoutMs: 5_000 });
      await clock.advanceAsync(4_999);
      assert.equal(seen[0]?.signal.aborted, false);
      await clock.advanceAsync(1);
      const reason: unknown = seen[0]?.signal.reason;
      assert(reason instanceof JobInterruption);
      assert.equal(reason.why, 'timed-out');
      assert.match(String(reports()[0]?.input['errorMessage']), /not answered within 5000 ms/);
      assert.equal(source.stored('a').state, 'failed');
    });

    it('counts only the first answer: what comes after the time-out is dropped', async () => {
      let answer: (variables: { late: true }) => void = () => {};
      source.add({ jobId: 'a', retries: 1 });
      start(() => new Promise((resolve) => (answer = resolve)), { timeoutMs: 5_000 });
      await clock.advanceAsync(5_000);
      answer({ late: true });
      await settle();
      assert.deepEqual(
        reports().map(({ operation }) => operation),
        ['fail'],
      );
    });

    it('swallows a rejection that comes after the time-out', async () => {
      source.add({ jobId: 'a', retries: 1 });
      start(
        (_job, { signal }) =>
          new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
        {
          timeoutMs: 5_000,
        },
      );
      await clock.advanceAsync(5_000);
      assert.equal(reports().length, 1);
    });

    it('holds a job that takes longer than its lease', async () => {
      let answer: (variables: { a: number }) => void = () => {};
      let calls = 0;
      source.add({ jobId: 'a' });
      start(
        () => {
          calls += 1;
          return new Promise((resolve) => (answer = resolve));
        },
        { timeoutMs: 600_000 },
      );
      await clock.advanceAsync(500_000);
      answer({ a: 1 });
      await settle();
      assert.deepEqual([calls, source.stored('a').state], [1, 'completed']);
    });

    it('aborts a handler whose job is not needed any more', async () => {
      const seen: JobContext[] = [];
      source.add({ jobId: 'a' });
      start(hang(seen), { timeoutMs: 600_000 });
      await settle();
      source.end('a');
      await clock.advanceAsync(10_000);
      const reason: unknown = seen[0]?.signal.reason;
      assert(reason instanceof JobInterruption);
      assert.equal(reason.why, 'not-held');
      assert.equal(reports().length, 0);
    });

    it('leaves no timer behind for jobs that are done', async () => {
      start(async () => {});
      await settle();
      const before = clock.pendingTimers;
      for (let i = 0; i < 50; i++) source.add({ jobId: `j${i}` });
      await settle();
      assert.equal(reports().length, 50);
      assert.equal(clock.pendingTimers, before);
    });
  });

  describe('stopping', () => {
    it('lets handlers finish in the first half of the grace', async () => {
      let answer: (variables: { a: number }) => void = () => {};
      source.add({ jobId: 'a' });
      start((_job, { signal }) => {
        signal.addEventListener('abort', () => assert.fail('aborted'));
        return new Promise((resolve) => (answer = resolve));
      });
      await settle();
      const stopped = driver.stop(10_000);
      await clock.advanceAsync(4_999);
      answer({ a: 1 });
      await stopped;
      assert.equal(source.stored('a').state, 'completed');
    });

    it('then aborts them, and gives back a job whose handler fails because of that', async () => {
      source.add({ jobId: 'a' });
      start(
        (_job, { signal }) =>
          new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      );
      await settle();
      const stopped = driver.stop(10_000);
      await clock.advanceAsync(5_000);
      await stopped;
      const { job, state, availableAt } = source.stored('a');
      assert.deepEqual([job.retries, state, availableAt], [3, 'created', clock.now()]);
    });

    it('reports a result that comes after the abort, also a failure that must not be repeated', async () => {
      const answers: JobContext[] = [];
      source.add({ jobId: 'a' });
      source.add({ jobId: 'b' });
      start(async ({ jobId }, context): Promise<JobResult | Variables> => {
        answers.push(context);
        await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
        return jobId === 'a'
          ? { a: 1 }
          : { kind: 'fail', errorMessage: 'unknown whether done', retry: false };
      });
      await settle();
      const stopped = driver.stop(10_000);
      await clock.advanceAsync(5_000);
      await stopped;
      assert.deepEqual([source.stored('a').state, source.stored('b').state], ['completed', 'failed']);
    });

    it('gives back what never answers, with its retries untouched', async () => {
      source.add({ jobId: 'a' });
      start(() => new Promise(() => {}));
      await settle();
      const stopped = driver.stop(10_000);
      await clock.advanceAsync(10_000);
      await stopped;
      const { job, state } = source.stored('a');
      assert.deepEqual([job.retries, state], [3, 'created']);
    });

    it('takes nothing more, and gives back what was just being taken', async () => {
      let letGo: () => void = () => {};
      source.add({ jobId: 'a' });
      source.beforeActivation = () => new Promise((resolve) => (letGo = resolve));
      start(() => assert.fail('called'));
      const stopped = driver.stop(10_000);
      await settle();
      letGo();
      await settle();
      await stopped;
      source.add({ jobId: 'b' });
      await clock.advanceAsync(60_000);
      assert.deepEqual([source.stored('a').state, source.stored('b').state], ['created', 'created']);
      assert.equal(source.listenerCount, 0);
      assert.equal(clock.pendingTimers, 0);
    });

    it('ends in time although the store does not answer', async () => {
      source.add({ jobId: 'a' });
      source.beforeReport = () => new Promise(() => {});
      start(async () => {});
      await settle();
      const stopped = driver.stop(10_000);
      await clock.advanceAsync(10_000);
      await stopped;
      assert(log.some((line) => line.includes('could not be given back in time')));
    });

    it('stops at once when nothing is held', async () => {
      start(async () => {});
      await settle();
      const stopped = driver.stop(10_000);
      await settle();
      await stopped;
      assert.equal(clock.now(), Date.parse('2026-01-01T00:00:00Z'));
    });
  });
});
