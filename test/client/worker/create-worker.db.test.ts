import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, it } from 'mocha';
import {
  createClient,
  createWorker,
  type JobContext,
  JobInterruption,
  type Worker,
  type WorkerLogger,
  type WorkerOptions,
} from '../../../src/client/index.js';
import { createGate } from '../../support/gate.js';
import { bpmn } from '../../support/bpmn-builder.js';
import { deployed, started, useServer } from '../../facade/use-server.js';

const letter = bpmn('letter')
  .startEvent('s')
  .serviceTask('send', { type: 'send-letter' })
  .endEvent('e')
  .boundaryEvent('unknown', { attachedTo: 'send', error: 'ADDRESS' })
  .endEvent('given-up');

type Letter = { readonly address: string; readonly text: string };

interface Entry {
  readonly level: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

describe('a worker over REST', () => {
  const server = useServer();
  const workers: Worker[] = [];
  let log: Entry[] = [];
  /** The header `traceparent` of each request that has one, after the end of its path. */
  let traced: string[] = [];
  /** What happens to requests on their way. */
  let onTheWay: (path: string, send: () => Promise<Response>) => Promise<Response> = (_path, send) => send();

  afterEach('stop the workers', async () => {
    onTheWay = (_path, send) => send();
    await Promise.all(workers.splice(0).map((worker) => worker.stop()));
    log = [];
    traced = [];
  });

  const write =
    (level: string) =>
    (fields: object, message: string): void =>
      void log.push({ level, message, ...fields });
  const logger: WorkerLogger = {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  };
  const client = () => {
    const send: typeof fetch = (input, init) => {
      const { pathname } = new URL(String(input));
      const trace = new Headers(init?.headers).get('traceparent');
      if (trace !== null) traced.push(`${pathname.split('/').at(-1)} ${trace}`);
      return onTheWay(pathname, () => fetch(input, init));
    };
    return createClient({ baseUrl: server().url, fetch: send, clock: server().clock, random: () => 0 });
  };
  function work(
    handler: WorkerOptions<Letter>['handler'],
    more: Partial<WorkerOptions<Letter>> = {},
  ): Worker {
    const options = { client: client(), type: 'send-letter', logger, clock: server().clock, random: () => 0 };
    const worker = createWorker<Letter>({ ...options, handler, ...more });
    workers.push(worker);
    return worker;
  }
  async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
    const limit = performance.now() + 15_000;
    while (!(await isSo())) {
      if (performance.now() > limit) throw new Error(`Expected ${what}. Log: ${JSON.stringify(log)}`);
      await nextTurn();
    }
  }
  const ended = (id: string) =>
    until(async () => {
      const { state } = await client().getProcessInstance({ params: { processInstanceId: id } });
      return state === 'completed';
    }, 'the instance to end');
  const elements = async (id: string) => {
    const { items } = await client().listElementInstances({ params: { processInstanceId: id } });
    return items.map(({ elementId, state }) => `${elementId} ${state}`);
  };
  const onlyJob = async () => {
    const { items } = await client().searchJobs({ body: {} });
    assert.equal(items.length, 1);
    return items[0] ?? assert.fail();
  };
  const start = (variables: object = { address: 'here', text: 'Hi', other: 1 }) =>
    started(server(), 'letter', { variables });
  /** A handler that waits for the test or its signal. */
  const waiting = (answer: unknown = {}) => {
    const begun = createGate();
    const go = createGate();
    const state = { attempts: 0, reason: undefined as unknown };
    const handler = async (_job: unknown, { signal }: JobContext<WorkerLogger>) => {
      state.attempts++;
      begun.open();
      const aborted = new Promise<never>((_resolve, reject) =>
        signal.addEventListener('abort', () => {
          state.reason = signal.reason;
          reject(signal.reason as Error);
        }),
      );
      await Promise.race([go.opened, aborted]);
      return answer as Record<string, never>;
    };
    return { handler, begun: begun.opened, go: () => go.open(), state };
  };

  it('does a job as soon as it is there, with the variables that it asked for', async () => {
    await deployed(server(), letter);
    const seen: unknown[] = [];
    work(
      async (job, { idempotencyKey }) => {
        seen.push(job.variables, job.customHeaders, idempotencyKey === job.jobId);
        return Promise.resolve({ sentTo: job.variables.address.toUpperCase() });
      },
      { fetchVariables: ['address'] },
    );
    const id = await start();
    await ended(id);
    assert.deepEqual(seen, [{ address: 'here' }, {}, true]);
    const { variables } = await client().getVariables({ params: { processInstanceId: id } });
    assert.deepEqual(variables, { address: 'here', text: 'Hi', other: 1, sentTo: 'HERE' });
  });

  it('tells the handler the trace of the journey, and extends and reports in it', async () => {
    await deployed(server(), letter);
    const journey = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const { handler, begun, go } = waiting();
    const seen: unknown[] = [];
    const noting: typeof handler = (job, context) => {
      seen.push(context.traceparent, (job as { readonly traceparent?: string }).traceparent);
      return handler(job, context);
    };
    work(noting, { leaseMs: 3_000 });
    const body = { bpmnProcessId: 'letter', variables: { address: 'here' } };
    const { processInstanceId } = await client().startProcessInstance({ body }, { traceparent: journey });
    await begun;
    server().clock.advance(1_000);
    await until(() => traced.includes(`extend ${journey}`), 'an extension');
    go();
    await ended(processInstanceId);
    assert.deepEqual(seen, [journey, journey]);
    const [first, ...others] = traced;
    assert.equal(first, `process-instances ${journey}`);
    assert.deepEqual([...new Set(others)].sort(), [`complete ${journey}`, `extend ${journey}`]);
  });

  it('throws BPMN errors', async () => {
    await deployed(server(), letter);
    work(() => Promise.resolve({ kind: 'error', errorCode: 'ADDRESS', errorMessage: 'unknown' }));
    const id = await start();
    await ended(id);
    assert.deepEqual(await elements(id), [
      's completed',
      'send canceled',
      'unknown completed',
      'given-up completed',
    ]);
  });

  it('fails jobs: tried again after a pause, or an incident at once', async () => {
    await deployed(server(), letter);
    const results = [
      () => Promise.reject(new Error('busy')),
      () => Promise.resolve({ kind: 'fail', errorMessage: 'later', backoffMs: 5_000 } as const),
      () => Promise.resolve({ kind: 'fail', errorMessage: 'never', retry: false } as const),
    ];
    work(() => (results.shift() ?? assert.fail)());
    await start();
    const failure = async (message: string) => {
      await until(async () => (await onlyJob()).errorMessage === message, message);
      const { retries, availableAt, state } = await onlyJob();
      return [retries, Date.parse(availableAt) - server().clock.now(), state];
    };
    assert.deepEqual(await failure('busy'), [2, 500, 'created']);
    server().clock.advance(500);
    assert.deepEqual(await failure('later'), [1, 5_000, 'created']);
    server().clock.advance(5_000);
    assert.deepEqual(
      (await failure('never')).filter((_, index) => index !== 1),
      [0, 'failed'],
    );
    const { items } = await client().searchIncidents({ body: {} });
    assert.deepEqual(items.map(({ code }) => code).length, 1);
    assert.deepEqual(
      log.filter(({ level }) => level === 'warn').map(({ errorMessage }) => errorMessage),
      ['busy', 'later', 'never'],
    );
  });

  it('holds a job for as long as the handler works', async () => {
    await deployed(server(), letter);
    const { handler, begun, go, state } = waiting();
    work(handler, { leaseMs: 3_000, timeoutMs: 60_000 });
    const id = await start();
    await begun;
    let extended = 0;
    onTheWay = async (path, send) => {
      const answer = await send();
      if (path.endsWith('/extend')) extended += 1;
      return answer;
    };
    for (let second = 1; second <= 10; second++) {
      const now = server().clock.now();
      server().clock.advance(1_000);
      await until(async () => Date.parse((await onlyJob()).deadline ?? '') === now + 4_000, 'an extension');
      // What is committed can be seen before it is answered: the next second must not begin earlier.
      await until(() => extended === second, 'its answer');
      await nextTurn();
    }
    go();
    await ended(id);
    assert.deepEqual([state.attempts, log], [1, []]);
  });

  it('fails a job whose handler takes too long', async () => {
    await deployed(server(), letter);
    const { handler, begun, state } = waiting();
    work(handler, { timeoutMs: 1_000 });
    await start();
    await begun;
    server().clock.advance(1_000);
    await until(async () => (await onlyJob()).retries === 2, 'a failure');
    assert.equal((await onlyJob()).errorMessage, 'The handler has not answered within 1000 ms.');
    assert.ok(state.reason instanceof JobInterruption && state.reason.why === 'timed-out');
  });

  it('tells the logger of a job that is not held any more, and nothing else', async () => {
    await deployed(server(), letter);
    const { handler, begun, go } = waiting();
    work(handler);
    const id = await start();
    await begun;
    const { jobId } = await onlyJob();
    await client().cancelProcessInstance({ params: { processInstanceId: id } });
    go();
    await until(() => log.length === 1, 'an entry');
    const [{ level, message, jobId: named, processInstanceId } = assert.fail()] = log;
    assert.deepEqual([level, named, processInstanceId], ['warn', jobId, id]);
    assert.equal(message, 'the job is not held any more; its result is dropped');
  });

  it('stops a handler whose job is not held any more', async () => {
    await deployed(server(), letter);
    const { handler, begun, state } = waiting();
    work(handler, { leaseMs: 3_000 });
    const id = await start();
    await begun;
    await client().cancelProcessInstance({ params: { processInstanceId: id } });
    server().clock.advance(1_000);
    await until(() => state.reason !== undefined, 'the signal');
    assert.ok(state.reason instanceof JobInterruption && state.reason.why === 'not-held');
  });

  it('fails a job whose answer the server refuses', async () => {
    await deployed(server(), letter);
    const deep = (levels: number): Record<string, never> =>
      levels === 0 ? {} : ({ a: deep(levels - 1) } as unknown as Record<string, never>);
    work(() => Promise.resolve(deep(63)));
    await start();
    await until(async () => (await onlyJob()).retries === 2, 'a failure');
    assert.match((await onlyJob()).errorMessage ?? '', /^The result was refused: /);
  });

  it('does no more at once than it may', async () => {
    await deployed(server(), letter);
    const gates: (() => void)[] = [];
    let most = 0;
    let atOnce = 0;
    const worker = work(
      async () => {
        most = Math.max(most, ++atOnce);
        await new Promise<void>((resolve) => gates.push(resolve));
        atOnce--;
      },
      { concurrency: 2 },
    );
    const ids: string[] = [];
    for (let index = 0; index < 5; index++) ids.push(await start());
    await until(() => gates.length === 2, 'as many jobs as it may');
    for (let done = 0; done < 5; done++) {
      await until(() => gates.length > 0, 'a job');
      assert.ok(worker.heldCount <= 2);
      gates.shift()?.();
    }
    for (const id of ids) await ended(id);
    assert.equal(most, 2);
  });

  it('waits for a server that is away, longer each time, and tells it once', async () => {
    await deployed(server(), letter);
    let polls = 0;
    let isAway = true;
    onTheWay = (path, send) => {
      if (path !== '/v1/jobs/activate' || !isAway) return send();
      polls++;
      return Promise.reject(new TypeError('fetch failed'));
    };
    work(() => Promise.resolve());
    for (const [index, waitMs] of [250, 500, 1_000, 2_000].entries()) {
      await until(() => polls === index + 1 && server().clock.pendingTimers > 0, 'a poll');
      for (let turn = 0; turn < 5; turn++) await nextTurn();
      await server().clock.advanceAsync(waitMs - 1);
      assert.equal(polls, index + 1);
      if (index === 3) isAway = false;
      await server().clock.advanceAsync(1);
    }
    await ended(await start());
    assert.deepEqual(
      log.map(({ message }) => message),
      ['jobs cannot be taken; trying again', 'jobs can be taken again'],
    );
  });

  it('reports again when the answer is lost, and the job is done once', async () => {
    await deployed(server(), letter);
    let lost = 0;
    onTheWay = async (path, send) => {
      const response = await send();
      if (!path.endsWith('/complete') || lost++ > 0) return response;
      throw new TypeError('fetch failed');
    };
    work(() => Promise.resolve({ sent: true }));
    const id = await start();
    await until(() => lost === 1, 'the answer to be lost');
    await until(() => {
      if (lost === 1) server().clock.advance(10);
      return lost === 2;
    }, 'another report');
    await ended(id);
    await nextTurn();
    assert.deepEqual(log, []);
  });

  describe('when it stops', () => {
    it('lets handlers finish', async () => {
      await deployed(server(), letter);
      const { handler, begun, go } = waiting();
      const worker = work(handler);
      const id = await start();
      await begun;
      const stopped = worker.stop(10_000);
      go();
      await stopped;
      assert.equal(worker.heldCount, 0);
      await ended(id);
    });

    it('interrupts handlers, and gives back with all retries what they fail because of that', async () => {
      await deployed(server(), letter);
      const { handler, begun, state } = waiting();
      const worker = work(handler);
      await start();
      await begun;
      const stopped = worker.stop(10_000);
      await server().clock.advanceAsync(5_000);
      await stopped;
      assert.ok(state.reason instanceof JobInterruption && state.reason.why === 'stopping');
      const { retries, state: jobState, worker: holder } = await onlyJob();
      assert.deepEqual([retries, jobState, holder], [3, 'created', undefined]);
    });

    it('gives back what handlers do not let go of, and resolves in time', async () => {
      await deployed(server(), letter);
      const begun = createGate();
      const worker = work(() => {
        begun.open();
        return new Promise(() => undefined);
      });
      await start();
      await begun.opened;
      const stopped = worker.stop(10_000);
      await server().clock.advanceAsync(5_000);
      await server().clock.advanceAsync(4_000);
      await stopped;
      const { retries, state } = await onlyJob();
      assert.deepEqual([retries, state], [3, 'created']);
    });

    it('takes nothing any more, by call or by signal', async () => {
      await deployed(server(), letter);
      const stopping = new AbortController();
      let jobs = 0;
      const handler = () => Promise.resolve(void jobs++);
      const worker = work(handler, { signal: stopping.signal });
      work(handler, { signal: AbortSignal.abort() });
      await until(() => server().clock.pendingTimers > 0, 'a poll');
      stopping.abort();
      await worker.stop();
      await start();
      for (let turn = 0; turn < 20; turn++) await nextTurn();
      assert.equal(jobs, 0);
      assert.equal((await onlyJob()).state, 'created');
    });
  });

  it('does not begin with bounds that are none', () => {
    for (const more of [
      { concurrency: 0 },
      { leaseMs: 0.5 },
      { requestTimeoutMs: 60_001 },
      { timeoutMs: NaN },
    ]) {
      assert.throws(() => work(() => Promise.resolve(), more), RangeError);
    }
  });
});
