import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import request from 'supertest';
import { Jwts } from '../../src/identity/jwts.js';
import { KeySet } from '../../src/identity/key-set.js';
import type { RequestContext } from '../../src/runtime/runtime.js';
import { done } from '../../src/runtime/outcome.js';
import { createGate } from '../support/gate.js';
import { FakeClock } from '../support/fake-clock.js';
import { type IdentityProvider, startIdentityProvider } from '../support/identity-provider.js';
import { startStubServer, type StubServer } from '../support/stub-server.js';

describe('bearer tokens of an identity provider', () => {
  let provider: IdentityProvider | undefined;
  let server: StubServer | undefined;
  afterEach(async () => {
    await server?.close();
    await provider?.close();
  });

  it('let in with 200, keep out with 401 or 403, and answer 503 while the keys are not there', async () => {
    const clock = new FakeClock();
    const issued = (provider = await startIdentityProvider());
    await issued.addKey('k1');
    const contexts: RequestContext[] = [];
    const config = {
      ...{ issuer: issued.issuer, audiences: ['a'], jwksUrl: issued.jwksUrl, algorithms: ['ES256'] },
      ...{ types: ['at+jwt'], scopes: [], clockToleranceMs: 0 },
      claims: { name: 'sub', roles: 'roles', grants: 'grants' },
    };
    const asked = (server = await startStubServer({
      clock,
      config: { apiKey: 'the-key-of-the-root' },
      jwts: new Jwts(config, new KeySet(issued.jwksUrl, clock), clock),
      runtime: {
        cancelProcessInstance(context) {
          contexts.push(context);
          return Promise.resolve(done(null));
        },
      },
    }));
    const exp = Math.floor(clock.now() / 1_000) + 60;
    const token = (roles: readonly string[], aud = 'a') =>
      issued.sign({ iss: issued.issuer, aud, sub: 'ann', roles: [...roles], exp });
    const statusOf = async (bearer: string) =>
      (
        await request(asked.url)
          .post('/v1/process-instances/i/cancel')
          .set('authorization', `Bearer ${bearer}`)
      ).status;
    issued.answerWith({ status: 500, body: '' });
    assert.equal(await statusOf(await token(['admin'])), 503);
    assert.equal(await statusOf('the-key-of-the-root'), 204);
    issued.answerWith(undefined);
    clock.advance(5_000);
    assert.equal(await statusOf(await token(['admin'])), 204);
    assert.deepEqual(contexts.at(-1)?.actor, 'ann');
    assert.equal(await statusOf(await token(['helpdesk'])), 403);
    assert.equal(await statusOf(await token(['admin'], 'b')), 401);
  });

  it('end what waits with them at their own time', async () => {
    const clock = new FakeClock();
    const issued = (provider = await startIdentityProvider());
    await issued.addKey('k1');
    const config = {
      ...{ issuer: issued.issuer, audiences: ['a'], jwksUrl: issued.jwksUrl, algorithms: ['ES256'] },
      ...{ types: ['at+jwt'], scopes: [], clockToleranceMs: 0 },
      claims: { name: 'sub', roles: 'roles', grants: 'grants' },
    };
    const { opened: waiting, open } = createGate();
    let isOver = false;
    const asked = (server = await startStubServer({
      clock,
      config: { apiKey: 'the-key-of-the-root' },
      jwts: new Jwts(config, new KeySet(issued.jwksUrl, clock), clock),
      runtime: {
        activateJobs(_context, _input, signal) {
          open();
          return new Promise((resolve) =>
            signal?.addEventListener('abort', () => {
              isOver = true;
              resolve(done([]));
            }),
          );
        },
      },
    }));
    const exp = Math.floor(clock.now() / 1_000) + 20;
    const token = await issued.sign({ iss: issued.issuer, aud: 'a', sub: 'ann', roles: ['admin'], exp });
    const body = { type: 't', worker: 'w', maxJobs: 1, timeoutMs: 1_000, requestTimeoutMs: 60_000 };
    const answer = request(asked.url)
      .post('/v1/jobs/activate')
      .set('authorization', `Bearer ${token}`)
      .send(body)
      .then(({ status }) => status);
    await waiting;
    await clock.advanceAsync(19_999);
    assert.equal(isOver, false);
    await clock.advanceAsync(1);
    assert.equal(await answer, 200);
    assert.equal(isOver, true);
  });
});
