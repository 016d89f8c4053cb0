import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import request from 'supertest';
import { startStubServer, type StubServer } from '../support/stub-server.js';

describe('the validation of requests', () => {
  let server: StubServer;
  before(async () => {
    server = await startStubServer();
  });
  after(() => server.close());

  const start = (body: string) =>
    request(server.url).post('/v1/process-instances').type('application/json').send(body);
  const errorsOf = async (body: string): Promise<unknown> => {
    const { status, body: problem } = await start(body);
    assert.equal(status, 400);
    const { code, errors } = problem as { code: string; errors: readonly { path: string }[] };
    assert.equal(code, 'validation-failed');
    return errors.map(({ path }) => path);
  };

  it('answers a problem with type, title, status, detail, instance, code and errors', async () => {
    const { status, headers, body } = await start('{"bpmnProcessId": 5}');
    assert.equal(status, 400);
    assert.equal(headers['content-type'], 'application/problem+json');
    assert.deepEqual(body, {
      type: '/problems/validation-failed',
      title: 'The request does not match the contract',
      status: 400,
      detail: '/bpmnProcessId: Expected string but found number.',
      instance: '/v1/process-instances',
      code: 'validation-failed',
      errors: [{ path: '/bpmnProcessId', message: 'Expected string but found number.' }],
    });
  });

  it('names each unknown field', async () => {
    assert.deepEqual(await errorsOf('{"bpmnProcessId": "a", "bussinessKey": 1, "x": 2}'), [
      '/bussinessKey',
      '/x',
    ]);
  });

  it('names every fault, by pointer', async () => {
    assert.deepEqual(
      await errorsOf('{"bpmnProcessId": "", "version": 0, "variables": {"": 1}, "businessKey": "a\\u0000"}'),
      ['/bpmnProcessId', '/version', '/businessKey', '/variables/'],
    );
  });

  it('refuses a body that is no object', async () => {
    for (const body of ['[]', 'null', '"x"', '5', 'true']) assert.deepEqual(await errorsOf(body), ['']);
  });

  it('refuses names that reach a prototype, before anything reads them', async () => {
    assert.deepEqual(await errorsOf('{"bpmnProcessId": "a", "variables": {"__proto__": {"x": 1}}}'), [
      '/variables/__proto__',
    ]);
    assert.deepEqual(await errorsOf('{"bpmnProcessId": "a", "variables": {"a": {"constructor": 1}}}'), [
      '/variables/a/constructor',
    ]);
    assert.equal(({} as { x?: number }).x, undefined);
  });

  it('refuses JSON that is too deep or holds infinite numbers', async () => {
    const deep = `{"variables": ${'['.repeat(30_000)}${']'.repeat(30_000)}}`;
    const [path] = (await errorsOf(deep)) as string[];
    assert.match(path ?? '', /^\/variables\/0\/0/);
    assert.deepEqual(await errorsOf('{"variables": {"a": 1e400}}'), ['/variables/a']);
  });

  it('shows at most 100 faults', async () => {
    const names = Array.from({ length: 500 }, (_, index) => `"unknown${index}": 1`);
    const errors = (await errorsOf(`{"bpmnProcessId": "a", ${names.join(',')}}`)) as string[];
    assert.equal(errors.length, 100);
  });

  it('tells of a filter what the field takes', async () => {
    const { status, body } = await request(server.url)
      .post('/v1/process-instances/search')
      .send({ filter: { version: { $like: 'x' }, startedAt: 'yesterday', hasIncident: 'yes' } });
    assert.equal(status, 400);
    assert.deepEqual((body as { errors: unknown }).errors, [
      {
        path: '/filter/version/$like',
        message: 'Expected no field of this name: the contract does not know it.',
      },
      { path: '/filter/hasIncident', message: 'Expected boolean or object.' },
      {
        path: '/filter/startedAt',
        message: 'Expected an RFC 3339 date and time such as 2026-11-21T06:30:00Z.',
      },
    ]);
  });

  it('checks query and path parameters', async () => {
    const query = await request(server.url).get('/v1/process-instances/a/history?limit=5000&afters=x');
    assert.equal(query.status, 400);
    const { errors } = query.body as { errors: readonly { path: string }[] };
    assert.deepEqual(
      errors.map(({ path }) => path),
      ['query.limit', 'query.afters'],
    );

    const twice = await request(server.url).get('/v1/process-instances/a/history?limit=5&limit=6');
    assert.equal(twice.status, 400);

    const nul = await request(server.url).get('/v1/process-instances/a%00b');
    assert.deepEqual([nul.status, (nul.body as { code: string }).code], [400, 'validation-failed']);
    const long = await request(server.url).get(`/v1/process-instances/${'x'.repeat(256)}`);
    assert.equal(long.status, 400);
    const broken = await request(server.url).get('/v1/process-instances/%zz');
    assert.deepEqual([broken.status, (broken.body as { code: string }).code], [400, 'malformed-request']);
  });
});
