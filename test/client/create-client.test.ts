import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, describe, it } from 'mocha';
import {
  ConnectionError,
  createClient,
  ProblemError,
  TimeLimitExceeded,
  UnexpectedAnswer,
  type ClientOptions,
} from '../../src/client/index.js';
import { changesNothing, takesIdempotencyKey } from '../../src/contract/operation.js';
import { operations } from '../../src/contract/operations.js';
import { FakeClock } from '../support/fake-clock.js';

type Answer = Response | Error | 'never';

describe('the REST client', () => {
  let clock: FakeClock;
  let answers: Answer[];
  let requests: {
    readonly method: string;
    readonly url: string;
    readonly headers: Headers;
    readonly body: unknown;
  }[];

  beforeEach(() => {
    clock = new FakeClock();
    answers = [];
    requests = [];
  });

  /** Answers in order what the test has laid down, as the global fetch would. */
  const send: typeof fetch = (input, { method = '', headers, body, signal } = {}) => {
    requests.push({
      method,
      url: String(input),
      headers: new Headers(headers),
      body: typeof body === 'string' ? (JSON.parse(body) as unknown) : body,
    });
    const answer = answers.shift();
    assert.ok(answer !== undefined, 'Expected no further request.');
    if (answer instanceof Response) return Promise.resolve(answer);
    if (answer instanceof Error) return Promise.reject(answer);
    return new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error));
    });
  };
  const client = (more: Partial<ClientOptions> = {}) =>
    createClient({ baseUrl: 'http://server/base/', fetch: send, clock, random: () => 0, ...more });
  const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
    new Response(JSON.stringify(body), {
      status,
      headers: { 'content-type': 'application/json', ...headers },
    });
  const refusal = (status: number, code: string, headers: Record<string, string> = {}) =>
    json(
      status,
      { type: `/problems/${code}`, title: 'T', status, detail: 'Expected x.', instance: '/', code },
      headers,
    );
  const broken = () => new TypeError('fetch failed', { cause: new Error('ECONNRESET') });
  /** Lets the call come to its next wait, and moves the time on. */
  const pass = async (ms: number) => {
    for (let turn = 0; turn < 5; turn++) await nextTurn();
    clock.advance(ms);
    for (let turn = 0; turn < 5; turn++) await nextTurn();
  };
  const keys = () => requests.map(({ headers }) => headers.get('idempotency-key'));
  const started = {
    processInstanceId: 'i',
    processDefinitionId: 'd',
    bpmnProcessId: 'p',
    version: 1,
    state: 'active',
  };

  it('has a method for each operation, under whose id the contract exports it', async () => {
    const { events, ...answering } = client();
    assert.equal(typeof events, 'function', 'Expected a method for what has no end.');
    const methods = Object.keys(answering);
    const answered = operations.filter(({ streams }) => streams === undefined);
    assert.deepEqual(
      methods,
      answered.map(({ operationId }) => operationId),
    );
    const contract = new URL('../../src/contract/', import.meta.url);
    const names = (await readdir(contract)).filter((name) => !['operations.ts', 'events.ts'].includes(name));
    const modules = await Promise.all(
      names.map(
        async (name) =>
          (await import(new URL(name.replace('.ts', '.js'), contract).href)) as Record<string, unknown>,
      ),
    );
    const exported = modules.flatMap((module) =>
      Object.entries(module).flatMap(([name, value]) =>
        typeof value === 'object' && value !== null && 'operationId' in value
          ? [[name, value.operationId]]
          : [],
      ),
    );
    assert.deepEqual(
      exported.map(([name]) => name),
      exported.map(([, id]) => id),
    );
    assert.deepEqual(exported.map(([name]) => name).sort(), methods.sort());
  });

  it('sends what the contract says, and answers the body', async () => {
    answers.push(json(200, { items: [], page: {} }), new Response('<xml/>', { status: 200 }));
    const found = await client({ apiKey: 'k' }).getHistory({
      params: { processInstanceId: 'a/b c' },
      query: { limit: 7, after: 'x&y' },
    });
    assert.deepEqual(found, { items: [], page: {} });
    const xml: string = await client().getProcessDefinitionXml({ params: { processDefinitionId: 'd' } });
    assert.equal(xml, '<xml/>');
    const [first, second] = requests;
    assert.equal(first?.url, 'http://server/base/v1/process-instances/a%2Fb%20c/history?limit=7&after=x%26y');
    assert.deepEqual(
      [first?.method, first?.body, first?.headers.get('authorization')],
      ['GET', null, 'Bearer k'],
    );
    assert.deepEqual(
      [second?.url, second?.headers.has('authorization')],
      ['http://server/base/v1/process-definitions/d/xml', false],
    );
  });

  it('refuses ids that would be another path, and URLs that are none', async () => {
    for (const jobId of ['', '.', '..']) {
      await assert.rejects(client().completeJob({ params: { jobId }, body: {} }), TypeError);
    }
    assert.equal(requests.length, 0);
    assert.throws(() => createClient({ baseUrl: 'ftp://server' }), TypeError);
    assert.throws(() => createClient({ baseUrl: 'server' }), TypeError);
  });

  it('throws problems with what they say', async () => {
    const errors = [{ path: '/variables', message: 'Expected an object.' }];
    const body = {
      type: '/problems/validation-failed',
      title: 'T',
      status: 400,
      detail: 'No.',
      instance: '/',
      errors,
    };
    answers.push(json(400, { ...body, code: 'validation-failed' }, { 'x-request-id': 'r1' }));
    await assert.rejects(client().publishMessage({ body: { name: 'm' } }), (error) => {
      assert.ok(error instanceof ProblemError);
      const { status, code, detail, message, requestId, operationId } = error;
      assert.deepEqual(
        { status, code, detail, message, errors: error.errors, requestId, operationId },
        {
          ...{ status: 400, code: 'validation-failed', detail: 'No.', message: 'No.', errors },
          ...{ requestId: 'r1', operationId: 'publishMessage' },
        },
      );
      return true;
    });
  });

  it('takes a code that a later server may have, and tells what is no answer of the contract', async () => {
    answers.push(
      refusal(418, 'teapot'),
      new Response('<h1>Proxy</h1>', { status: 404 }),
      new Response('', { status: 302 }),
    );
    await assert.rejects(client().getReadiness(), { name: 'ProblemError', code: 'teapot' });
    await assert.rejects(client().getReadiness(), { name: 'UnexpectedAnswer', status: 404 });
    await assert.rejects(client().getReadiness(), UnexpectedAnswer);
    answers.push(new Response('', { status: 200 }));
    await assert.rejects(client().getReadiness(), UnexpectedAnswer);
  });

  describe('when a call fails', () => {
    it('sends it again with the same key after what the server asks to wait, else after a back-off', async () => {
      answers.push(refusal(503, 'service-unavailable', { 'retry-after': '2' }), broken(), json(201, started));
      const answer = client().startProcessInstance({ body: { bpmnProcessId: 'p' } });
      await pass(1_999);
      assert.equal(requests.length, 1);
      await pass(1);
      assert.equal(requests.length, 2);
      await pass(100);
      assert.equal((await answer).processInstanceId, 'i');
      const [key] = keys();
      assert.match(key ?? '', /^[\da-f-]{36}$/);
      assert.deepEqual(keys(), [key, key, key]);
      assert.equal(clock.pendingTimers, 0);
    });

    it('reads a Retry-After that is a date', async () => {
      const at = new Date(clock.now() + 3_000).toUTCString();
      answers.push(
        refusal(503, 'service-unavailable', { 'retry-after': at }),
        json(200, { status: 'ready' }),
      );
      const answer = client().getReadiness();
      await pass(2_999);
      assert.equal(requests.length, 1);
      await pass(1);
      await answer;
    });

    it('sends reads and searches again without a key', async () => {
      answers.push(broken(), json(200, {}), broken(), json(200, { items: [], page: {} }));
      const read = client().getProcessInstance({ params: { processInstanceId: 'i' } });
      await pass(100);
      await read;
      const search = client().searchJobs({ body: {} });
      await pass(100);
      await search;
      assert.deepEqual(keys(), [null, null, null, null]);
    });

    it('sends nothing twice that could be done twice, unless it was not begun', async () => {
      const params = { processInstanceId: 'i' };
      answers.push(broken());
      await assert.rejects(client().setVariables({ params, body: { variables: {} } }), ConnectionError);
      answers.push(broken());
      await assert.rejects(
        client().broadcastSignal({ body: { name: 's' } }, { idempotencyKey: false }),
        ConnectionError,
      );
      answers.push(refusal(503, 'service-unavailable'));
      await assert.rejects(client().deleteProcessInstance({ params }), { status: 503 });
      assert.equal(requests.length, 3);
      answers.push(
        refusal(429, 'too-many-requests', { 'retry-after': '1' }),
        new Response(null, { status: 204 }),
      );
      const deleted = client().deleteProcessInstance({ params });
      await pass(1_000);
      assert.equal(await deleted, undefined);
    });

    it('waits for a request of the same key that is still under way', async () => {
      answers.push(broken(), refusal(409, 'idempotency-key-in-flight'), json(202, {}));
      const answer = client().publishMessage({ body: { name: 'm' } }, { idempotencyKey: 'mine' });
      await pass(100);
      await pass(200);
      await answer;
      assert.deepEqual(keys(), ['mine', 'mine', 'mine']);
    });

    it('does not repeat a refusal', async () => {
      answers.push(refusal(409, 'invalid-state'));
      await assert.rejects(client().cancelProcessInstance({ params: { processInstanceId: 'i' } }), {
        status: 409,
      });
      assert.equal(requests.length, 1);
    });

    it('gives up after as many attempts as it may make, or when told to make one', async () => {
      answers.push(...Array.from({ length: 3 }, broken));
      const answer = assert.rejects(client({ retry: { attemptsMax: 3 } }).getReadiness(), ConnectionError);
      await pass(100);
      await pass(200);
      await answer;
      answers.push(broken());
      await assert.rejects(client().getReadiness({}, { retry: false }), ConnectionError);
      assert.equal(requests.length, 4);
    });

    it('gives up at once when the server asks for more time than there is', async () => {
      answers.push(refusal(503, 'service-unavailable', { 'retry-after': '60' }));
      await assert.rejects(client({ timeLimitMs: 1_000 }).getReadiness(), { status: 503 });
    });
  });

  it('ends at the time limit, which begins after what the server is asked to wait', async () => {
    answers.push('never', broken(), 'never');
    const body = { type: 't', worker: 'w', maxJobs: 1, timeoutMs: 1, requestTimeoutMs: 20_000 };
    const poll = client({ timeLimitMs: 5_000 }).activateJobs({ body });
    const ended = assert.rejects(poll, { name: 'TimeLimitExceeded', timeLimitMs: 25_000 });
    await pass(24_999);
    assert.equal(clock.pendingTimers, 1);
    await pass(1);
    await ended;
    const read = client().getReadiness({}, { timeLimitMs: 500 });
    const late = assert.rejects(
      read,
      (error) => error instanceof TimeLimitExceeded && error.cause instanceof ConnectionError,
    );
    await pass(100);
    await pass(400);
    await late;
  });

  it('ends with the signal of the caller: before, during and between attempts', async () => {
    const reason = new Error('enough');
    await assert.rejects(client().getReadiness({}, { signal: AbortSignal.abort(reason) }), reason);
    assert.equal(requests.length, 0);
    for (const answer of ['never', broken()] as const) {
      const caller = new AbortController();
      answers.push(answer);
      const ended = assert.rejects(client().getReadiness({}, { signal: caller.signal }), reason);
      await pass(1);
      caller.abort(reason);
      await ended;
    }
    assert.equal(clock.pendingTimers, 0);
  });

  it('takes what changes nothing for that, and nothing else', () => {
    const harmless = operations.filter(changesNothing).map(({ operationId }) => operationId);
    assert.ok(
      harmless.every((id) => /^(get|search|list|export|stream|evaluateDecision$|pingWebhook$)/.test(id)),
      harmless.join(),
    );
    for (const operation of operations) {
      assert.ok(!(changesNothing(operation) && takesIdempotencyKey(operation)), operation.operationId);
    }
  });
});
