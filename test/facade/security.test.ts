import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import request from 'supertest';
import { done } from '../../src/runtime/outcome.js';
import type { RequestContext } from '../../src/runtime/runtime.js';
import { rawRequest } from '../support/raw-request.js';
import { startStubServer, type StubServer, type StubServerOptions } from '../support/stub-server.js';

const apiKey = 'a-key-of-the-operator';

describe('access to the interface', () => {
  let server: StubServer;
  let contexts: RequestContext[] = [];
  afterEach(() => server.close());

  const listen = async (options: StubServerOptions = {}): Promise<void> => {
    contexts = [];
    server = await startStubServer({
      runtime: {
        async cancelProcessInstance(context) {
          contexts.push(context);
          return done(null);
        },
      },
      ...options,
    });
  };
  const cancel = (headers: Record<string, string> = {}) =>
    request(server.url).post('/v1/process-instances/i/cancel').set(headers);
  const codeOf = ({ status, body }: { status: number; body: unknown }) =>
    status === 204 ? '204' : `${status} ${String((body as { code?: unknown }).code)}`;

  describe('credentials', () => {
    it('are not needed on a development machine: everybody is the administrator', async () => {
      await listen();
      assert.equal(codeOf(await cancel()), '204');
      const [context] = contexts;
      assert.deepEqual([context?.tenantId, context?.actor], ['default', 'admin']);
    });

    it('are needed with a key, and nothing is told about which part is wrong', async () => {
      await listen({ config: { apiKey } });
      assert.equal(codeOf(await cancel({ authorization: `Bearer ${apiKey}` })), '204');
      assert.equal(codeOf(await cancel({ authorization: `bearer ${apiKey}` })), '204');
      for (const authorization of [
        '',
        'Bearer',
        'Bearer ',
        `Bearer ${apiKey}x`,
        `Basic ${apiKey}`,
        `Bearer ${apiKey} x`,
        apiKey,
      ]) {
        const refused = await cancel({ authorization });
        assert.equal(codeOf(refused), '401 unauthorized', authorization);
        assert.equal(refused.headers['www-authenticate'], 'Bearer realm="throughline"');
      }
      assert.equal(codeOf(await request(server.url).get('/v1/unknown')), '401 unauthorized');
    });

    it('stand in a request once: of two neither counts', async () => {
      await listen({ config: { apiKey } });
      for (const two of [
        [apiKey, 'wrong'],
        ['wrong', apiKey],
        [apiKey, apiKey],
      ]) {
        const lines = two.map((key) => `Authorization: Bearer ${key}\r\n`).join('');
        const text = `GET /v1/me HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${lines}\r\n`;
        assert.match(
          await rawRequest(server.port, text),
          /^HTTP\/1.1 400 [^]*one Authorization header but found 2/,
        );
      }
    });

    it('are not needed for probes and the contract', async () => {
      await listen({
        config: { apiKey },
        runtime: { readiness: async () => ({ ready: true, reasons: [] }) },
      });
      for (const path of ['/healthz', '/readyz', '/openapi.json']) {
        assert.equal((await request(server.url).get(path)).status, 200, path);
      }
    });

    it('are needed for metrics', async () => {
      await listen({ config: { apiKey }, metrics: async () => 'm 1\n' });
      assert.equal(codeOf(await request(server.url).get('/metrics')), '401 unauthorized');
      const answer = await request(server.url).get('/metrics').set('authorization', `Bearer ${apiKey}`);
      assert.deepEqual([answer.status, answer.text], [200, 'm 1\n']);
      assert.equal(answer.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
    });

    it('let nobody in when production has no key', async () => {
      await listen({ config: { nodeEnv: 'production' } });
      assert.equal(codeOf(await cancel()), '401 unauthorized');
    });

    it('come with permissions, of which each operation needs one', async () => {
      const reader = { id: 'reader', tenantId: 'default', roles: ['helpdesk'], grants: {} } as const;
      await listen({ authenticate: async () => reader });
      assert.equal(codeOf(await cancel()), '403 forbidden');
      assert.deepEqual(contexts, []);
    });
  });

  describe('the Host header', () => {
    it('names this server, by a loopback name, the configured host or an allowed one', async () => {
      await listen({
        config: { host: '127.0.0.2', allowedHosts: ['flows.example.org', 'other.example.org:8443'] },
      });
      for (const host of [
        'localhost',
        'LOCALHOST:1',
        '127.0.0.1:99',
        '[::1]:80',
        '127.0.0.2',
        'flows.example.org',
        'flows.example.org:8080',
        'other.example.org:8443',
      ]) {
        assert.equal(codeOf(await cancel({ host })), '204', host);
      }
      for (const host of [
        'evil.example.org',
        'localhost.evil.org',
        'other.example.org',
        '10.0.0.1',
        'evil.org:80@localhost',
        '',
      ]) {
        const refused = codeOf(await cancel({ host }));
        assert.equal(refused, '403 forbidden-host', host);
      }
    });

    it('is checked with a key, too, but not for probes', async () => {
      await listen({ config: { apiKey } });
      assert.equal(
        codeOf(await cancel({ host: 'evil.org', authorization: `Bearer ${apiKey}` })),
        '403 forbidden-host',
      );
      assert.equal((await request(server.url).get('/healthz').set('host', 'pod.internal')).status, 200);
    });

    it('stands in every request once', async () => {
      await listen();
      const none = await rawRequest(server.port, 'GET /openapi.json HTTP/1.1\r\nConnection: close\r\n\r\n');
      assert.match(none, /^HTTP\/1.1 400 [^]*"code":"malformed-request"/);
      const two = await rawRequest(
        server.port,
        'GET /openapi.json HTTP/1.1\r\nHost: localhost\r\nHost: evil.org\r\nConnection: close\r\n\r\n',
      );
      assert.match(two, /^HTTP\/1.1 400 /);
    });

    it('is looked at in the target, too, where that is a whole URL', async () => {
      await listen();
      const ask = async (target: string, host = 'localhost'): Promise<string> => {
        const text = `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
        return (await rawRequest(server.port, text)).slice(9, 12);
      };
      for (const target of [
        'http://localhost/v1/me',
        'HTTP://127.0.0.1:8080/v1/me',
        'https://LOCALHOST/v1/me',
      ])
        assert.equal(await ask(target), '200', target);
      for (const target of [
        'http://evil.org/v1/me',
        'http://evil.org:80/v1/me',
        'http://localhost@evil.org/v1/me',
      ])
        assert.equal(await ask(target), '403', target);
      assert.equal(await ask('http://localhost/v1/me', 'evil.org'), '403');
      for (const target of ['ftp://localhost/v1/me', 'http://:80/v1/me', 'v1/me'])
        assert.equal(await ask(target), '400', target);
    });
  });

  describe('the Origin header', () => {
    it('names a page of this server', async () => {
      await listen();
      assert.equal(codeOf(await cancel({ origin: server.url })), '204');
      assert.equal(codeOf(await cancel({ host: 'localhost', origin: 'https://localhost' })), '204');
      for (const origin of [
        'http://evil.example.org',
        'null',
        'http://localhost:1',
        'file://',
        'x',
        'http://127.0.0.1',
      ]) {
        const refused = await cancel({ origin });
        assert.equal(codeOf(refused), '403 forbidden-origin', origin);
        assert.equal(refused.headers['access-control-allow-origin'], undefined);
      }
      const page = await request(server.url).get('/openapi.json').set('origin', 'http://evil.org');
      assert.equal(codeOf(page), '403 forbidden-origin');
    });

    it('may name an allowed site, which gets CORS headers without cookies', async () => {
      const origin = 'https://app.example.org';
      await listen({ config: { apiKey, allowedOrigins: [origin] } });
      const preflight = await request(server.url)
        .options('/v1/process-instances/i/cancel')
        .set({ origin, 'access-control-request-method': 'POST' });
      assert.equal(preflight.status, 204);
      assert.match(
        String(preflight.headers['access-control-allow-headers']),
        /Authorization.*Idempotency-Key/,
      );
      assert.equal(preflight.headers['access-control-allow-credentials'], undefined);

      const answer = await cancel({ origin, authorization: `Bearer ${apiKey}` });
      assert.equal(codeOf(answer), '204');
      assert.equal(answer.headers['access-control-allow-origin'], origin);
      assert.match(String(answer.headers['vary']), /Origin/);
      assert.equal(
        codeOf(await cancel({ origin: 'https://app.example.org.evil.org' })),
        '403 forbidden-origin',
      );
    });
  });

  it('comes with headers that keep browsers careful', async () => {
    await listen();
    const { headers } = await cancel();
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.match(String(headers['content-security-policy']), /default-src 'self'/);
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers['x-powered-by'], undefined);
  });
});
