import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createApiKey, listApiKeys, revokeApiKey } from '../../src/contract/api-keys.js';
import { searchProcessInstances } from '../../src/contract/process-instances.js';
import type { Role } from '../../src/contract/roles.js';
import { apiKeyLimits } from '../../src/identity/api-keys.js';
import { call, refused, send } from '../support/contract-client.js';
import { readTables } from '../support/read-tables.js';
import { as } from './use-callers.js';
import { lookedAtAgainMs } from '../../src/facade/security/credential-watch.js';
import { bpmn } from '../support/bpmn-builder.js';
import { openEvents } from '../support/read-events.js';
import { deployed, useServer } from './use-server.js';

const bootstrap = 'the-bootstrap-key-of-the-test';
const minuteMs = 60_000;

describe('API keys', () => {
  const server = useServer({ config: { apiKey: bootstrap } });
  const root = (tenant?: string) =>
    as(bootstrap, server(), tenant === undefined ? {} : { 'throughline-tenant': tenant });
  const made = async (roles: readonly Role[], more: object = {}, tenant?: string) =>
    call(root(tenant), createApiKey, 201, { body: { name: 'a key', roles, ...more } });
  const statusFor = async (token: string) =>
    (await send(as(token, server()), searchProcessInstances, { body: {} })).status;

  it('are shown once, and let in with their roles until they are revoked', async () => {
    const { apiKey, ...rest } = await made(['helpdesk'], { grants: { candidateGroups: ['sales'] } });
    assert.match(apiKey, /^tl_[0-9a-f]{20}_[\w-]{43}$/);
    assert.ok(apiKey.startsWith(rest.apiKeyId));
    assert.equal(await statusFor(apiKey), 200);
    await refused(as(apiKey, server()), listApiKeys, 'forbidden');
    const { items } = await call(root(), listApiKeys, 200);
    assert.deepEqual(items, [rest]);
    const { apiKeyId } = rest;
    await call(root(), revokeApiKey, 204, { params: { apiKeyId } });
    assert.equal(await statusFor(apiKey), 401);
    const [revoked] = (await call(root(), listApiKeys, 200)).items;
    assert.equal(revoked?.revokedBy, 'admin');
    await call(root(), revokeApiKey, 204, { params: { apiKeyId } });
    await refused(root(), revokeApiKey, 'not-found', { params: { apiKeyId: 'tl_none' } });
  });

  it('are nowhere in the database but as a hash', async () => {
    const { apiKey } = await made(['admin']);
    assert.equal(await statusFor(apiKey), 200);
    const secret = apiKey.slice(apiKey.lastIndexOf('_') + 1);
    assert.ok(!JSON.stringify(await readTables(server().databaseUrl)).includes(secret));
    const row = await server().store.queries.apiKey(apiKey.slice(0, 23));
    assert.match(row?.digest ?? '', /^[0-9a-f]{64}$/);
    assert.ok(!JSON.stringify(row).includes(secret));
  });

  it('let nobody in who knows all of one but a character, or its form alone', async () => {
    const { apiKey } = await made(['admin']);
    const last = apiKey.at(-1) === 'A' ? 'B' : 'A';
    for (const wrong of [
      `${apiKey.slice(0, -1)}${last}`,
      apiKey.slice(0, 23),
      `${apiKey}A`,
      'tl_',
      bootstrap.slice(1),
    ]) {
      assert.equal(await statusFor(wrong), 401, wrong);
    }
    assert.equal(await statusFor(apiKey), 200);
  });

  it('expire', async () => {
    const expiresAt = new Date(server().clock.now() + minuteMs).toISOString();
    const { apiKey } = await made(['admin'], { expiresAt });
    assert.equal(await statusFor(apiKey), 200);
    await server().clock.advanceAsync(minuteMs);
    assert.equal(await statusFor(apiKey), 401);
    const body = { name: 'late', roles: ['admin'], expiresAt };
    await refused(root(), createApiKey, 'invalid-argument', { body });
  });

  it('tell when they were last used, to the minute', async () => {
    const { apiKey } = await made(['admin']);
    const usedAt = new Date(server().clock.now()).toISOString();
    await statusFor(apiKey);
    await statusFor(apiKey);
    await server().restart();
    assert.equal((await call(root(), listApiKeys, 200)).items[0]?.lastUsedAt, usedAt);
  });

  it('are of one tenant: in others they open nothing, and are not there', async () => {
    const { apiKey, apiKeyId } = await made(['admin'], {}, 'acme');
    const acme = as(apiKey, server());
    assert.equal((await call(acme, listApiKeys, 200)).items.length, 1);
    assert.equal((await call(root(), listApiKeys, 200)).items.length, 0);
    await refused(root(), revokeApiKey, 'not-found', { params: { apiKeyId } });
    const there = as(apiKey, server(), { 'throughline-tenant': 'default' });
    await refused(there, searchProcessInstances, 'forbidden', { body: {} });
  });

  it('are made by administrators of the whole tenant, and give no more than they may', async () => {
    const { apiKey: admin } = await made(['admin']);
    const body = { name: 'n', roles: ['operator'] };
    await refused(as(admin, server()), createApiKey, 'forbidden', { body });
    await call(root(), createApiKey, 201, { body });
    await call(as(admin, server()), createApiKey, 201, { body: { name: 'n', roles: ['admin', 'worker'] } });
    const { apiKey: narrowed } = await made(['admin'], { grants: { bpmnProcessIds: ['p'] } });
    await refused(as(narrowed, server()), createApiKey, 'forbidden', {
      body: { name: 'n', roles: ['admin'] },
    });
    await refused(as(narrowed, server()), listApiKeys, 'forbidden');
    const { apiKey: operator } = await made(['operator']);
    await refused(as(operator, server()), createApiKey, 'forbidden', {
      body: { name: 'n', roles: ['admin'] },
    });
  });

  it('are listed in pages, the newest first', async () => {
    for (const name of ['first', 'second', 'third']) {
      server().clock.advance(1);
      await made(['worker'], { name });
    }
    const page = await call(root(), listApiKeys, 200, { query: { limit: '2' } });
    assert.deepEqual(
      page.items.map(({ name }) => name),
      ['third', 'second'],
    );
    const after = page.page.endCursor ?? '';
    const rest = await call(root(), listApiKeys, 200, { query: { limit: '2', after } });
    assert.deepEqual(
      rest.items.map(({ name }) => name),
      ['first'],
    );
  });

  it('that were revoked elsewhere open nothing any more after ten seconds', async () => {
    const { apiKey, apiKeyId } = await made(['admin']);
    assert.equal(await statusFor(apiKey), 200);
    await server().store.transact(async (tx) => tx.apiKeys.revoke('default', apiKeyId, 'another node'));
    await server().clock.advanceAsync(apiKeyLimits.trustedMs);
    assert.equal(await statusFor(apiKey), 401);
  });

  it('end their streams of events: revoked here at once, elsewhere at the next look, expired to the moment', async () => {
    const { clock, store } = server();
    const streamOf = ({ apiKey }: { readonly apiKey: string }) =>
      openEvents(server().url, '', { authorization: `Bearer ${apiKey}` });
    const expiresAt = new Date(clock.now() + 2 * minuteMs).toISOString();
    const [here, elsewhere, expiring, lasting] = [
      await made(['admin']),
      await made(['admin']),
      await made(['admin'], { expiresAt }),
      await made(['admin']),
    ];
    const streams = [];
    for (const key of [here, elsewhere, expiring, lasting]) streams.push(await streamOf(key));
    const [first, second, third, fourth] = streams;
    let isOver = false;
    const end = third?.untilEnd().then(() => (isOver = true));

    await call(root(), revokeApiKey, 204, { params: { apiKeyId: here.apiKeyId } });
    await first?.untilEnd();
    await store.transact(async (tx) => tx.apiKeys.revoke('default', elsewhere.apiKeyId, 'another node'));
    await clock.advanceAsync(lookedAtAgainMs);
    await second?.untilEnd();
    for (let looks = 2; looks <= 3; looks += 1) await clock.advanceAsync(lookedAtAgainMs);
    await clock.advanceAsync(lookedAtAgainMs - 1);
    assert.equal(isOver, false, 'Expected the stream to last as long as its key.');
    await clock.advanceAsync(1);
    await end;
    await clock.advanceAsync(minuteMs);
    await deployed(root(), bpmn('p').startEvent('s').endEvent('e'));
    assert.equal((await fourth?.read(1))?.[0]?.type, 'io.throughline.deployment.created');
    for (const stream of streams) await stream.close();
  });
});

describe('API keys in development mode', () => {
  const server = useServer();

  it('act as what they are, although nobody needs one', async () => {
    const body = { name: 'a worker', roles: ['worker'] };
    const { apiKey } = await call(server(), createApiKey, 201, { body });
    await refused(as(apiKey, server()), searchProcessInstances, 'forbidden', { body: {} });
    await call(server(), searchProcessInstances, 200, { body: {} });
    const revoked = { params: { apiKeyId: apiKey.slice(0, 23) } };
    await call(server(), revokeApiKey, 204, revoked);
    await refused(as(apiKey, server()), searchProcessInstances, 'unauthorized', { body: {} });
  });
});
