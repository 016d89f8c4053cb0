import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'mocha';
import { createWebhook, pingWebhook, updateWebhook } from '../../src/contract/webhooks.js';
import { call, send } from '../support/contract-client.js';
import { localhostCertificate } from '../support/localhost-certificate.js';
import { useWebhooks } from './use-webhooks.js';

/** Where names of these tests lead to, one answer after the other; the last one stays. */
const names = new Map<string, string[]>();
const resolve = async (host: string) => {
  const answers = names.get(host) ?? [];
  const address = answers.length > 1 ? answers.shift() : answers[0];
  if (address === undefined) throw new Error(`no address for ${host}`);
  return [{ address, family: address.includes(':') ? 6 : 4 }];
};

describe('the address of a webhook', () => {
  const guarded = useWebhooks({ webhooks: { allow: [], resolve } });

  for (const url of [
    ...['http://127.0.0.1/', 'http://127.1/', 'http://2130706433/', 'http://0x7f000001/'],
    ...['http://0177.0.0.1/', 'http://localhost/', 'http://a.localhost:8080/', 'http://LOCALHOST./'],
    ...['http://[::1]/', 'http://[::ffff:10.0.0.1]/', 'http://[::ffff:7f00:1]/', 'http://0.0.0.0/'],
    ...['http://10.1.2.3/', 'http://172.16.0.1/', 'http://192.168.1.1/', 'http://100.64.0.1/'],
    ...['http://169.254.169.254/latest/meta-data/', 'http://[fd00:ec2::254]/', 'http://168.63.129.16/'],
    ...['http://[fe80::1]/', 'http://[fc00::1]/', 'http://224.0.0.1/', 'http://[ff02::1]/'],
    ...['http://[64:ff9b::7f00:1]/', 'http://[2002:7f00:1::]/', 'http://255.255.255.255/'],
  ]) {
    it(`is refused when it is ${url}`, async () => {
      const refused = await send(guarded.server, createWebhook, { body: { url } });
      assert.equal(refused.status, 400, JSON.stringify(refused.body));
      assert.equal((refused.body as { readonly code: string }).code, 'invalid-argument');
    });
  }

  for (const url of [
    ...['ftp://receiver.example/', 'file:///etc/passwd', 'javascript:alert(1)', 'receiver.example'],
    ...['https://user:password@receiver.example/', 'https://receiver.example/#a', 'http://', ''],
  ]) {
    it(`does not fit the contract when it is ${JSON.stringify(url)}`, async () => {
      const refused = await send(guarded.server, createWebhook, { body: { url } });
      assert.equal((refused.body as { readonly code: string }).code, 'validation-failed');
    });
  }

  it('is refused when it is changed to such an address, too', async () => {
    const { webhookId } = await guarded.create({ url: 'https://receiver.example/' });
    const body = { url: 'http://[::1]/' };
    const { status } = await send(guarded.server, updateWebhook, { params: { webhookId }, body });
    assert.equal(status, 400);
  });

  it('is kept and shown as it is called', async () => {
    const given = 'HTTPS://Receiver.EXAMPLE:443/a/../ä b?x=<1>';
    const { webhookId, url } = await guarded.create({ url: given });
    assert.equal(url, 'https://receiver.example/%C3%A4%20b?x=%3C1%3E');
    const params = { webhookId };
    const body = { url: 'http://receiver.example:80#' };
    const changed = await call(guarded.server, updateWebhook, 200, { params, body });
    assert.equal(changed.url, 'http://receiver.example/');
    const long = { url: `https://receiver.example/${'ä'.repeat(1_000)}` };
    const refused = await send(guarded.server, updateWebhook, { params, body: long });
    assert.match(JSON.stringify(refused.body), /at most 2048 characters when it is encoded but found/);
  });

  it('does not tell by a ping which names there are inside: one that there is not is answered alike', async () => {
    names.set('inside.example', ['10.0.0.1']);
    names.delete('nowhere.example');
    const errors: (string | undefined)[] = [];
    for (const host of ['inside.example', 'nowhere.example']) {
      const { webhookId } = await guarded.create({ url: `http://${host}/` });
      const { attempt } = await call(guarded.server, pingWebhook, 200, { params: { webhookId } });
      errors.push(attempt.error);
    }
    assert.equal(errors[0], errors[1]);
  });

  const refusedAt = [
    ...['127.0.0.1', '169.254.169.254', '::ffff:10.0.0.1', '10.0.0.1', '::1', 'fe80::1', '224.0.0.1'],
    ...['0.0.0.0', 'fd00:ec2::254', '64:ff9b::a00:1'],
  ];
  for (const address of refusedAt) {
    it(`is refused at the connection when its name leads to ${address}`, async () => {
      names.set('receiver.example', [address]);
      const { webhookId } = await guarded.create({ url: 'http://receiver.example/' });
      const { attempt } = await call(guarded.server, pingWebhook, 200, { params: { webhookId } });
      assert.match(
        attempt.error ?? '',
        /^Expected a host with a public address, or one that OUTBOUND_ALLOW lists, but found none\.$/,
      );
    });
  }
});

describe('the address of a webhook, where names of this machine are allowed', () => {
  const test = useWebhooks({ webhooks: { allow: ['receiver.example', '127.0.0.1'], resolve } });

  const ping = async (url: string, body: object = {}) => {
    const { webhookId } = await test.create({ url }, body);
    return call(test.server, pingWebhook, 200, { params: { webhookId } });
  };

  it('is looked up once for a connection: a name that leads elsewhere a moment later gains nothing', async () => {
    const receiver = await test.receiver();
    // What is checked is what is connected to: the second answer is never asked for.
    names.set('receiver.example', ['127.0.0.1', '169.254.169.254']);
    const first = await ping(`http://receiver.example:${receiver.port}/`);
    assert.equal(first.taken, true);
    assert.equal(names.get('receiver.example')?.length, 1);
    // The next connection asks again, and is refused.
    const other = await test.receiver();
    const second = await ping(`http://receiver.example:${other.port}/`);
    assert.match(second.attempt.error ?? '', /Expected a host with a public address/);
    assert.doesNotMatch(second.attempt.error ?? '', /169/);
    assert.equal(other.received.length, 0);
  });

  it('is not left for a redirect unless the webhook says so', async () => {
    const [receiver, target] = [await test.receiver(), await test.receiver()];
    receiver.answer = () => (response) => void response.writeHead(307, { location: target.url }).end();
    const { taken, attempt } = await ping(receiver.url);
    assert.deepEqual([taken, attempt.statusCode, target.received.length], [false, 307, 0]);
    assert.match(attempt.error ?? '', /redirect 307, which was not followed/);
    assert.equal((await ping(receiver.url, { followsRedirects: true })).taken, true);
    assert.equal(target.received[0]?.event.type, 'io.throughline.webhook.ping');
  });

  for (const location of [
    ...['http://169.254.169.254/latest/meta-data/', 'http://[::ffff:10.0.0.1]/', 'http://2852039166/'],
    ...['http://evil.example/', 'http://0xa9fea9fe/'],
  ]) {
    it(`is not left for ${location} by any redirect`, async () => {
      names.set('evil.example', ['10.0.0.1']);
      const receiver = await test.receiver();
      receiver.answer = () => (response) => void response.writeHead(308, { location }).end();
      const { taken, attempt } = await ping(receiver.url, { followsRedirects: true });
      assert.equal(taken, false);
      assert.match(attempt.error ?? '', /Expected a host with a public address/);
    });
  }

  it('is not left for a redirect without end, one that makes it a GET, or another scheme', async () => {
    const receiver = await test.receiver();
    const redirect = (status: number, location: string) => {
      receiver.answer = () => (response) => void response.writeHead(status, { location }).end();
      return ping(receiver.url, { followsRedirects: true });
    };
    assert.equal((await redirect(307, receiver.url)).attempt.statusCode, 307);
    assert.equal(receiver.received.length, 4);
    assert.equal((await redirect(302, receiver.url)).attempt.statusCode, 302);
    assert.match((await redirect(307, 'file:///etc/passwd')).attempt.error ?? '', /scheme file:/);
    assert.match((await redirect(307, 'http://[')).attempt.error ?? '', /no URL/);
  });

  it('says clearly what is wrong with a certificate', async () => {
    const server = createServer(localhostCertificate, (_request, response) => response.end());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      const { taken, attempt } = await ping(`https://127.0.0.1:${port}/`);
      assert.equal(taken, false);
      assert.match(attempt.error ?? '', /connection to 127\.0\.0\.1 but found.*certificate/);
    } finally {
      server.close();
    }
  });
});
