import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { once } from 'node:events';
import { describe, it } from 'mocha';
import { limits as longestWait } from '../../src/contract/limits.js';
import { PortTaken, serverLimits } from '../../src/facade/start-server.js';
import { done } from '../../src/runtime/outcome.js';
import { createGate } from '../support/gate.js';
import { rawRequest } from '../support/raw-request.js';
import { startStubServer } from '../support/stub-server.js';

describe('the HTTP server', () => {
  it('tells where it listens, and rejects when the port is taken', async () => {
    const server = await startStubServer();
    assert.equal(server.url, `http://127.0.0.1:${server.port}`);
    await assert.rejects(startStubServer({ config: { port: server.port } }), PortTaken);
    await server.close();
  });

  it('listens on IPv6 addresses', async () => {
    const server = await startStubServer({ config: { host: '::1' } });
    assert.equal(server.url, `http://[::1]:${server.port}`);
    const { status } = await fetch(`${server.url}/healthz`);
    await server.close();
    assert.equal(status, 200);
  });

  it('answers broken HTTP as a problem', async () => {
    const server = await startStubServer();
    const answer = await rawRequest(server.port, 'NONSENSE\r\n\r\n');
    await server.close();
    assert.match(answer, /^HTTP\/1.1 400 Bad Request\r\nContent-Type: application\/problem\+json\r\n/);
    assert.match(answer, /"code":"malformed-request"/);
  });

  it('makes requests and answers with the prototypes that Express would give them', async () => {
    const exchanged: unknown[] = [];
    const { setPrototypeOf } = Object;
    const server = await startStubServer();
    Object.setPrototypeOf = (object: object, prototype: object | null) => {
      if (Object.getPrototypeOf(object) !== prototype) exchanged.push(object);
      return setPrototypeOf(object, prototype) as unknown;
    };
    try {
      await rawRequest(server.port, 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    } finally {
      Object.setPrototypeOf = setPrototypeOf;
      await server.close();
    }
    assert.deepEqual(exchanged, []);
  });

  for (const target of ['http://', 'http://[', 'http://?x', 'https://', 'x://?q']) {
    it(`answers a target that has no path as a problem: ${target}`, async () => {
      const server = await startStubServer();
      const answer = await rawRequest(
        server.port,
        `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
      );
      await server.close();
      assert.match(answer, /^HTTP\/1.1 400 /);
      assert.match(answer, /^content-type: application\/problem\+json\r$/im);
      assert.match(answer, /"code":"malformed-request"/);
    });
  }

  it('answers who asks for a tunnel with a problem', async () => {
    const server = await startStubServer();
    const answer = await rawRequest(
      server.port,
      'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n',
    );
    await server.close();
    assert.match(answer, /^HTTP\/1.1 400 /);
    assert.match(answer, /"code":"malformed-request"/);
  });

  it('answers header fields that are too large with 431', async () => {
    const server = await startStubServer();
    const field = `X-Large: ${'x'.repeat(serverLimits.maxHeaderBytes)}`;
    const answer = await rawRequest(
      server.port,
      `GET /healthz HTTP/1.1\r\nHost: localhost\r\n${field}\r\n\r\n`,
    );
    await server.close();
    assert.match(answer, /^HTTP\/1.1 431 /);
    assert.match(answer, /"code":"header-fields-too-large"/);
  });

  it('ignores expectations that it does not know', async () => {
    const server = await startStubServer();
    const answer = await rawRequest(
      server.port,
      'GET /healthz HTTP/1.1\r\nHost: localhost\r\nExpect: miracles\r\nConnection: close\r\n\r\n',
    );
    await server.close();
    assert.match(answer, /^HTTP\/1.1 200 /);
  });

  it('answers 408 when headers or a body do not come, and closes the connection', async () => {
    const limits = { headersTimeoutMs: 20, requestTimeoutMs: 40, checkIntervalMs: 5 };
    const server = await startStubServer({ limits });
    const slowHeader = await rawRequest(server.port, 'GET /healthz HTTP/1.1\r\nHost: local');
    const post = 'POST /v1/signals HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
    const slowBody = await rawRequest(server.port, `${post}Content-Length: 100\r\n\r\n{"name`);
    await server.close();
    assert.match(slowHeader, /^HTTP\/1.1 408 [^]*"code":"request-timeout"/);
    assert.match(slowBody, /^HTTP\/1.1 408 [^]*"code":"request-timeout"/);
  });

  it('closes a connection on which nothing moves, also when its answer has not been given', async () => {
    const server = await startStubServer({
      limits: { idleTimeoutMs: 50 },
      runtime: { readiness: () => new Promise(() => undefined) },
    });
    const connection = connect(server.port, '127.0.0.1');
    connection.write('GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    connection.resume();
    await once(connection, 'close');
    await server.close();
    assert.ok(serverLimits.idleTimeoutMs > longestWait.requestTimeoutMs + 30_000);
  });

  it('bounds the time that headers and a whole request take', () => {
    assert.ok(serverLimits.headersTimeoutMs <= 10_000);
    assert.ok(serverLimits.requestTimeoutMs <= 60_000);
    assert.ok(serverLimits.headersTimeoutMs < serverLimits.requestTimeoutMs);
    assert.ok(serverLimits.checkIntervalMs < serverLimits.headersTimeoutMs);
  });

  it('stops at once with idle connections, and again does no harm', async () => {
    const server = await startStubServer();
    const idle = connect(server.port, '127.0.0.1');
    idle.resume();
    await once(idle, 'connect');
    const closed = once(idle, 'close');
    await server.stop();
    await server.stop();
    await closed;
    await assert.rejects(fetch(`${server.url}/healthz`));
    await server.close();
  });

  it('answers what is in flight before it stops', async () => {
    const begun = createGate();
    const released = createGate();
    const server = await startStubServer({
      runtime: {
        cancelProcessInstance: async () => {
          begun.open();
          await released.opened;
          return done(null);
        },
      },
    });
    const answer = fetch(`${server.url}/v1/process-instances/i/cancel`, { method: 'POST' });
    await begun.opened;
    const stopped = server.stop();
    released.open();
    assert.equal((await answer).status, 204);
    await stopped;
    await server.close();
  });

  it('cuts off what is not done within the time of grace', async () => {
    const begun = createGate();
    const never = createGate();
    const server = await startStubServer({
      config: { shutdownGraceMs: 5_000 },
      runtime: {
        cancelProcessInstance: async () => {
          begun.open();
          await never.opened;
          return done(null);
        },
      },
    });
    const cutOff = assert.rejects(fetch(`${server.url}/v1/process-instances/i/cancel`, { method: 'POST' }));
    await begun.opened;
    const stopped = server.stop();
    await server.clock.advanceAsync(5_000);
    await stopped;
    await cutOff;
    await server.close();
  });
});
