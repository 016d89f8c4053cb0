import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import request from 'supertest';
import type { ProblemBody } from '../../src/contract/problem.js';
import { createLogger } from '../../src/platform/logger.js';
import { done, refused } from '../../src/runtime/outcome.js';
import { StoreUnavailable } from '../../src/runtime/ports.js';
import { InvalidCursor } from '../../src/runtime/queries.js';
import { startStubServer, type StubServer } from '../support/stub-server.js';

class StoreOverloaded extends StoreUnavailable {}

describe('problems', () => {
  let server: StubServer;
  const lines: Record<string, unknown>[] = [];
  before(async () => {
    server = await startStubServer({
      expectsInternalErrors: true,
      logger: createLogger(
        { level: 'info' },
        { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
      ),
      runtime: {
        deploy: async () =>
          refused('invalid-model', 'Expected a model without errors but found 1.', {
            diagnostics: [
              { severity: 'error', code: 'dangling', elementId: 'f', line: 3, message: 'Points at nothing.' },
            ],
          }),
        cancelProcessInstance: async (_context, id) => {
          if (id === 'away') throw new StoreUnavailable('connect ECONNREFUSED 10.0.0.7');
          if (id === 'overloaded') throw new StoreOverloaded('too much');
          if (id === 'bug') throw new TypeError('a secret detail');
          if (id === 'thrown') throw 'text' as unknown;
          return refused('invalid-state', 'Expected an active process instance but it was completed.');
        },
        correlateMessage: async () => refused('no-subscription', 'Nobody waits.'),
        publishMessage: async () => refused('limit-exceeded', 'Too many.'),
        completeJob: async () => refused('job-not-held', 'Another holds it.'),
        readiness: async () => ({ ready: false, reasons: ['The database does not answer.'] }),
        setVariables: async () => done(null),
        queries: {
          searchJobs: async () => {
            throw new InvalidCursor('Expected a cursor of this search.');
          },
          searchApiKeys: async () => {
            throw new InvalidCursor('Expected a cursor of this search.');
          },
        },
      },
    });
  });
  after(() => server.close());

  const post = (path: string, body: object = {}) => request(server.url).post(path).send(body);
  const codeOf = ({ status, body }: { status: number; body: unknown }) =>
    `${status} ${String((body as { code?: unknown }).code)}`;

  const pathsOf = ({ body }: { body: unknown }) =>
    ((body as ProblemBody).errors ?? []).map(({ path }) => path);

  it('carry the diagnostics of a model', async () => {
    const { status, body } = await post('/v1/deployments', { resources: [{ name: 'a', content: 'b' }] });
    assert.equal(status, 400);
    const { code, diagnostics } = body as { code: string; diagnostics: unknown };
    assert.equal(code, 'invalid-model');
    assert.deepEqual(diagnostics, [
      { severity: 'error', code: 'dangling', elementId: 'f', line: 3, message: 'Points at nothing.' },
    ]);
  });

  it('carry the status of the code that the runtime gave', async () => {
    assert.equal(codeOf(await post('/v1/process-instances/i/cancel')), '409 invalid-state');
    assert.equal(codeOf(await post('/v1/messages/correlate', { name: 'm' })), '404 no-subscription');
    assert.equal(codeOf(await post('/v1/messages', { name: 'm' })), '422 limit-exceeded');
    assert.equal(codeOf(await post('/v1/jobs/j/complete')), '409 job-not-held');
  });

  it('say 503 and when to try again when the database is away', async () => {
    for (const id of ['away', 'overloaded']) {
      const away = await post(`/v1/process-instances/${id}/cancel`);
      assert.equal(codeOf(away), '503 service-unavailable');
      assert.equal(away.headers['retry-after'], '1');
      assert.doesNotMatch(away.text, /10\.0\.0\.7/);
    }
  });

  it('say 500 without details for a mistake of ours, which is logged with its stack', async () => {
    const bug = await post('/v1/process-instances/bug/cancel').set('x-request-id', 'r-1');
    assert.equal(codeOf(bug), '500 internal-error');
    assert.doesNotMatch(bug.text, /secret/);
    const logged = lines.find(({ requestId, level }) => requestId === 'r-1' && level === 'error');
    assert.match(JSON.stringify(logged), /a secret detail.*problems\.test/);
    assert.equal(codeOf(await post('/v1/process-instances/thrown/cancel')), '500 internal-error');
  });

  it('say 400 for a cursor that the search did not give out', async () => {
    const answer = await post('/v1/jobs/search', { page: { after: 'x' } });
    assert.equal(codeOf(answer), '400 validation-failed');
    assert.deepEqual(pathsOf(answer), ['/page']);
  });

  it('tell the place of a fault by its part of the request', async () => {
    const inBody = await post('/v1/jobs/search', { page: { limit: 0 }, x: 1 });
    assert.deepEqual(pathsOf(inBody).sort(), ['/page/limit', '/x']);
    const { url } = server;
    const inQuery = await request(url).get('/v1/process-instances/i/history?limit=0');
    assert.deepEqual(pathsOf(inQuery), ['query.limit']);
    const cursor = await request(url).get('/v1/api-keys?after=x');
    assert.deepEqual(pathsOf(cursor), ['query.after']);
    const inHeader = await request(url).get('/v1/process-instances/i').set('throughline-tenant', '-');
    assert.deepEqual(pathsOf(inHeader), ['header.throughline-tenant']);
  });

  it('say 503 while the server is not ready, with the reasons', async () => {
    const { status, text } = await request(server.url).get('/readyz');
    assert.equal(status, 503);
    assert.match(text, /The server is not ready\. The database does not answer\./);
    assert.ok(lines.some((line) => JSON.stringify(line).includes('the server is not ready')));
  });

  it('say 404 for paths that are not there', async () => {
    for (const path of [
      '/console',
      '/v1',
      '/v1/process-instances/i/dance',
      '/v1/Process-Instances',
      '/v1/nothing',
      '/v1/process-instances/i/',
    ]) {
      assert.equal(codeOf(await request(server.url).get(path)), '404 not-found', path);
    }
  });

  it('say 405 with the methods of the path', async () => {
    const wrong = await request(server.url).put('/v1/process-definitions/d');
    assert.equal(codeOf(wrong), '405 method-not-allowed');
    assert.equal(wrong.headers['allow'], 'GET, DELETE, HEAD, OPTIONS');
    assert.equal(codeOf(await request(server.url).get('/v1/process-instances')), '405 method-not-allowed');
    assert.equal(codeOf(await request(server.url).delete('/healthz')), '405 method-not-allowed');
  });

  it('are not needed for HEAD and OPTIONS', async () => {
    const head = await request(server.url).head('/healthz');
    assert.deepEqual([head.status, head.text ?? ''], [200, '']);
    const options = await request(server.url).options('/v1/process-instances');
    assert.deepEqual([options.status, options.headers['allow']], [204, 'POST, OPTIONS']);
  });

  it('name the path of the request without its query', async () => {
    const { body } = await request(server.url).get('/v1/nothing?token=secret');
    assert.equal((body as { instance: string }).instance, '/v1/nothing');
  });
});

describe('the log of requests', () => {
  it('has one line for each, with ids but without bodies and queries', async () => {
    const lines: Record<string, unknown>[] = [];
    const contexts: (string | undefined)[] = [];
    const server = await startStubServer({
      logger: createLogger(
        { level: 'info' },
        { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
      ),
      runtime: {
        setVariables: async ({ traceparent }) => {
          contexts.push(traceparent);
          return done(null);
        },
      },
    });
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const patch = () =>
      request(server.url)
        .patch('/v1/process-instances/i/variables')
        .send({ variables: { pin: 4711 } });
    const first = await patch().set({ 'x-request-id': 'r-7', traceparent });
    const second = await patch().set({ 'x-request-id': 'bad id', traceparent: '00-zz' });
    await server.close();

    assert.equal(first.headers['x-request-id'], 'r-7');
    assert.match(String(second.headers['x-request-id']), /^[\da-f-]{36}$/);
    assert.equal(contexts[0], traceparent);
    assert.match(contexts[1] ?? '', /^00-[\da-f]{32}-[\da-f]{16}-00$/);
    assert.equal(lines.length, 2);
    const { time: _time, ...line } = lines[0] ?? {};
    assert.deepEqual(line, {
      level: 'info',
      requestId: 'r-7',
      traceparent,
      method: 'PATCH',
      path: '/v1/process-instances/i/variables',
      operationId: 'setVariables',
      actor: 'admin',
      tenantId: 'default',
      processInstanceId: 'i',
      sourceAddress: '127.0.0.1',
      status: 204,
      durationMs: 0,
      msg: 'request',
    });
    assert.doesNotMatch(JSON.stringify(lines), /4711/);
  });

  it('tells of what is refused, too, in which tenant and about which instance it was', async () => {
    const lines: Record<string, unknown>[] = [];
    const server = await startStubServer({
      authenticate: async () => ({ id: 'c', tenantId: 'acme', roles: ['worker'], grants: {} }),
      logger: createLogger(
        { level: 'info' },
        { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
      ),
    });
    const ask = (headers: Record<string, string>) =>
      request(server.url).post('/v1/process-instances/i-1/cancel').set(headers);
    const tenants = [undefined, 'other', 'no tenant'];
    for (const tenant of tenants)
      await ask(tenant === undefined ? {} : { 'throughline-tenant': tenant, 'x-request-id': 'r' });
    await request(server.url).post('/v1/user-tasks/00000000-0000-7000-8000-000000000001-7/claim').send({});
    await server.close();
    const told = lines.map(({ status, tenantId, processInstanceId, actor, requestId }) => {
      assert.equal(typeof requestId, 'string');
      return [status, tenantId, processInstanceId, actor];
    });
    assert.deepEqual(told, [
      [403, 'acme', 'i-1', 'c'],
      [403, 'other', 'i-1', 'c'],
      [400, 'acme', 'i-1', 'c'],
      [403, 'acme', '00000000-0000-7000-8000-000000000001', 'c'],
    ]);
  });
});
