import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import request from 'supertest';
import { done, refused, type Outcome } from '../../src/runtime/outcome.js';
import type { RequestContext } from '../../src/runtime/runtime.js';
import { startStubServer, type StubServer } from '../support/stub-server.js';

describe('the Idempotency-Key', () => {
  let server: StubServer;
  let contexts: RequestContext[] = [];
  let outcome: Outcome<null> = done(null);
  before(async () => {
    const answer = async (context: RequestContext): Promise<Outcome<null>> => {
      contexts.push(context);
      return outcome;
    };
    server = await startStubServer({
      runtime: {
        completeJob: answer,
        cancelProcessInstance: answer,
        setVariables: answer,
        async activateJobs(context) {
          contexts.push(context);
          return done([]);
        },
      },
    });
  });
  after(() => server.close());
  beforeEach(() => {
    contexts = [];
    outcome = done(null);
  });

  const complete = (body: string, key?: string, id = 'j') =>
    request(server.url)
      .post(`/v1/jobs/${id}/complete`)
      .type('application/json')
      .set(key === undefined ? {} : { 'Idempotency-Key': key })
      .send(body);
  const fingerprints = () => contexts.map(({ idempotency }) => idempotency?.fingerprint);

  it('goes to the runtime with the operation and a fingerprint', async () => {
    await complete('{}', 'k');
    const [context] = contexts;
    assert.equal(context?.idempotency?.operation, 'completeJob');
    assert.equal(context.idempotency.key, 'k');
    assert.match(context.idempotency.fingerprint, /^[\da-f]{64}$/);
    await complete('{}');
    assert.equal(contexts[1]?.idempotency, undefined);
  });

  it('has one fingerprint for the same request, whatever its white space and order of properties', async () => {
    await complete('{"variables": {"a": 1, "b": [1, 2]}, "fence": 3}', 'k');
    await complete(' {"fence":3,"variables":{"b":[1,2],"a":1.0}}', 'k');
    const [first, second] = fingerprints();
    assert.equal(first, second);
  });

  it('has another fingerprint for another body or path', async () => {
    await complete('{"variables": {"a": [1, 2]}}', 'k');
    await complete('{"variables": {"a": [2, 1]}}', 'k');
    await complete('{"variables": {"a": "[1,2]"}}', 'k');
    await complete('{"variables": {"a": [1, 2]}}', 'k', 'j2');
    assert.equal(new Set(fingerprints()).size, 4);
  });

  it('is 1 to 255 visible ASCII characters, once', async () => {
    for (const key of [' ', 'a b', 'x'.repeat(256), 'gr\xf6sse']) {
      const { status, body } = await complete('{}', key);
      const { errors } = body as { errors: readonly { path: string }[] };
      assert.deepEqual([status, errors[0]?.path], [400, 'header.idempotency-key'], key);
    }
    const twice = await fetch(`${server.url}/v1/jobs/j/complete`, {
      method: 'POST',
      headers: [
        ['Idempotency-Key', 'a'],
        ['Idempotency-Key', 'b'],
      ],
    });
    assert.equal(twice.status, 400);
    assert.deepEqual(contexts, []);
  });

  it('marks an answer that is given again, a refusal too', async () => {
    outcome = { ok: true, value: null, replayed: true };
    const again = await complete('{}', 'k');
    assert.deepEqual([again.status, again.headers['idempotent-replayed']], [204, 'true']);

    outcome = { ...refused('invalid-state', 'It has ended.'), replayed: true };
    const refusedAgain = await complete('{}', 'k');
    assert.deepEqual([refusedAgain.status, refusedAgain.headers['idempotent-replayed']], [409, 'true']);

    outcome = done(null);
    assert.equal((await complete('{}', 'k')).headers['idempotent-replayed'], undefined);
  });

  it('answers 422 when it was used for another request, and 409 while the first is being done', async () => {
    outcome = refused('idempotency-key-reused', 'Another request.');
    assert.equal((await complete('{}', 'k')).status, 422);
    outcome = refused('idempotency-key-in-flight', 'Being done.');
    assert.equal((await complete('{}', 'k')).status, 409);
  });

  it('is not read where nothing is created or changed by a POST', async () => {
    const activate = await request(server.url)
      .post('/v1/jobs/activate')
      .set('Idempotency-Key', 'not valid here')
      .send({ type: 't', worker: 'w', maxJobs: 1, timeoutMs: 1_000, requestTimeoutMs: 0 });
    assert.equal(activate.status, 200);
    await request(server.url)
      .patch('/v1/process-instances/i/variables')
      .set('Idempotency-Key', 'k')
      .send({ variables: {} });
    assert.deepEqual(fingerprints(), [undefined, undefined]);
  });
});
