import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, it } from 'mocha';
import { serverLimits } from '../../src/facade/start-server.js';
import { waitingRequestsMax } from '../../src/facade/waiting-room.js';
import { done } from '../../src/runtime/outcome.js';
import { StoreOverloaded } from '../../src/store/overload.js';
import { createGate } from '../support/gate.js';
import { startStubServer, type StubServer } from '../support/stub-server.js';

describe('a server that gets too much', () => {
  let server: StubServer;
  afterEach(() => server.close());

  it('refuses connections beyond the bound with 503 and Retry-After, serves those it has, and takes others when they go', async () => {
    server = await startStubServer({ limits: { maxConnections: 2 } });
    const taken = [1, 2].map(() => connect(server.port, '127.0.0.1'));
    await Promise.all(taken.map((connection) => once(connection, 'connect')));
    const refused = await fetch(`${server.url}/healthz`);
    assert.deepEqual([refused.status, refused.headers.get('retry-after')], [503, '1']);
    assert.equal(((await refused.json()) as { code: string }).code, 'service-unavailable');
    const [first, second] = taken;
    first?.write('GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n');
    assert.match(String(await once(first ?? assert.fail(), 'data')), /^HTTP\/1\.1 200 /);
    const isClosed = once(second ?? assert.fail(), 'close');
    second?.destroy();
    await isClosed;
    for (;;) {
      const { status } = await fetch(`${server.url}/healthz`, { headers: { Connection: 'close' } });
      if (status === 200) break;
      assert.equal(status, 503);
    }
  });

  it('has room for all who may wait, and for others', () => {
    assert.ok(serverLimits.maxConnections > waitingRequestsMax);
  });

  it('refuses large uploads beyond the room for them with 429 and Retry-After, unread, and finishes what it has taken', async () => {
    const begun = createGate();
    const released = createGate();
    let deployed = 0;
    server = await startStubServer({
      config: { bodyLimitBytes: 200_000 },
      bodyRoomBytes: 250_000,
      runtime: {
        async deploy() {
          deployed += 1;
          begun.open();
          await released.opened;
          return done({
            deploymentId: 'd',
            processDefinitions: [],
            decisionDefinitions: [],
            diagnostics: [],
          });
        },
        cancelProcessInstance: async () => done(null),
      },
    });
    const model = `<definitions name="${'x'.repeat(150_000)}"/>`;
    const upload = () =>
      fetch(`${server.url}/v1/deployments`, {
        method: 'POST',
        headers: { 'content-type': 'application/xml' },
        body: model,
      });
    const first = upload();
    await begun.opened;
    // Only the head is sent: the refusal does not wait for the body.
    const second = httpRequest(`${server.url}/v1/deployments`, {
      method: 'POST',
      headers: { 'content-type': 'application/xml', 'content-length': model.length },
    });
    second.flushHeaders();
    const [answer] = (await once(second, 'response')) as [IncomingMessage];
    assert.deepEqual([answer.statusCode, answer.headers['retry-after']], [429, '1']);
    second.destroy();
    const small = await fetch(`${server.url}/v1/process-instances/i/cancel`, { method: 'POST' });
    assert.equal(small.status, 204);
    released.open();
    assert.equal((await first).status, 201);
    assert.equal((await upload()).status, 201);
    assert.equal(deployed, 2);
  });

  it('answers 503 with Retry-After when too much work waits for the database', async () => {
    server = await startStubServer({
      runtime: { cancelProcessInstance: () => Promise.reject(new StoreOverloaded('too much')) },
    });
    const answer = await fetch(`${server.url}/v1/process-instances/i/cancel`, { method: 'POST' });
    assert.deepEqual([answer.status, answer.headers.get('retry-after')], [503, '1']);
  });
});
