import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  createWebhook,
  deleteWebhook,
  getWebhook,
  listWebhookDeliveries,
  pingWebhook,
  redeliverWebhook,
  rotateWebhookSecret,
  searchWebhooks,
  updateWebhook,
} from '../../src/contract/webhooks.js';
import { bpmn } from '../support/bpmn-builder.js';
import { call, send } from '../support/contract-client.js';
import { deployed, started } from '../facade/use-server.js';
import { verified } from './receiver.js';
import { useWebhooks } from './use-webhooks.js';

const hour = 60 * 60_000;

describe('a webhook', () => {
  const test = useWebhooks();

  it('is told what has happened, signed so that the library of Standard Webhooks verifies it', async () => {
    const receiver = await test.receiver();
    const { webhookId, secret } = await test.create(receiver, { filter: {} });
    const [id] = await test.startShort();
    const all = await test.untilDone(webhookId, 7);
    assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
    for (const message of receiver.received) {
      verified(secret, message);
      assert.equal(message.headers['webhook-id'], message.event.id);
      assert.equal(message.headers['content-type'], 'application/cloudevents+json; charset=utf-8');
      assert.throws(() => verified('whsec_AAAA', message));
    }
    assert.deepEqual(receiver.received.map(({ event }) => event.type.replace('io.throughline.', '')).sort(), [
      ...['deployment.created', 'element.activated', 'element.activated', 'element.completed'],
      ...['element.completed', 'process-instance.completed', 'process-instance.started'],
    ]);
    assert.deepEqual(
      all.map(({ state, attempts }) => [state, attempts.map(({ statusCode }) => statusCode)]),
      all.map(() => ['delivered', [204]]),
    );
    assert.equal(all.filter(({ processInstanceId }) => processInstanceId === id).length, 6);
  });

  it('is told nothing of before, and all that comes after it was made', async () => {
    await test.startShort(2);
    const receiver = await test.receiver();
    const { webhookId } = await test.create(receiver);
    const [id] = await test.startShort();
    await test.untilDone(webhookId, 1);
    assert.deepEqual(
      receiver.received.map(({ event }) => event.processinstanceid),
      [id],
    );
  });

  it('is told what its filter says', async () => {
    const receiver = await test.receiver();
    const filter = { types: ['io.throughline.process-instance.*'], businessKeys: ['mine'] };
    const { webhookId } = await test.create(receiver, { filter });
    await deployed(test.server, bpmn('p').startEvent('s').endEvent('e'));
    await started(test.server, 'p', { businessKey: 'other' });
    await started(test.server, 'p', { businessKey: 'mine' });
    await test.untilDone(webhookId, 2);
    assert.deepEqual(
      receiver.received.map(({ event }) => event.type),
      ['io.throughline.process-instance.started', 'io.throughline.process-instance.completed'],
    );
    assert.deepEqual((await test.get(webhookId)).filter, {
      types: ['process-instance.*'],
      businessKeys: ['mine'],
    });
  });

  it('shows its secret once, and never its position', async () => {
    const receiver = await test.receiver();
    const { webhookId, secret } = await test.create(receiver, { name: 'mine' });
    const answers = [
      await test.server.request('GET', `/v1/webhooks/${webhookId}`),
      await test.server.request('POST', '/v1/webhooks/search', {}),
      await test.server.request('PATCH', `/v1/webhooks/${webhookId}`, { name: 'yours' }),
    ];
    for (const { status, body } of answers) {
      assert.equal(status, 200);
      assert.doesNotMatch(JSON.stringify(body), /whsec|position|reach/);
      assert.ok(!JSON.stringify(body).includes(secret.slice(6)));
    }
    const { items } = await call(test.server, searchWebhooks, 200, {
      body: { filter: { name: 'yours', state: 'enabled' } },
    });
    assert.deepEqual(
      items.map((item) => item.webhookId),
      [webhookId],
    );
  });

  it('signs with both secrets until the overlap is over', async () => {
    const receiver = await test.receiver();
    const { webhookId, secret } = await test.create(receiver);
    const params = { webhookId };
    const rotated = await call(test.server, rotateWebhookSecret, 200, { params, body: { overlapMs: hour } });
    assert.notEqual(rotated.secret, secret);
    await test.startShort();
    await test.untilDone(webhookId, 1);
    const [first] = receiver.received;
    assert.ok(first);
    verified(secret, first);
    verified(rotated.secret, first);
    assert.match(first.headers['webhook-signature'] ?? '', /^v1,\S{44} v1,\S{44}$/);
    test.clock.advance(hour);
    await test.startShort();
    await test.untilDone(webhookId, 2);
    assert.match(receiver.received[1]?.headers['webhook-signature'] ?? '', /^v1,\S{44}$/);
  });

  it('signs with the new secret alone where the old one is known to others', async () => {
    const receiver = await test.receiver();
    const { webhookId, secret } = await test.create(receiver);
    const params = { webhookId };
    const rotated = await call(test.server, rotateWebhookSecret, 200, { params, body: { overlapMs: 0 } });
    assert.equal(rotated.previousSecretUntil, undefined);
    await call(test.server, pingWebhook, 200, { params });
    const [ping] = receiver.received;
    assert.ok(ping);
    verified(rotated.secret, ping);
    assert.throws(() => verified(secret, ping));
  });

  it('is tested by a ping, which tells what came of it, also while it is disabled', async () => {
    const receiver = await test.receiver();
    const { webhookId, secret } = await test.create(receiver);
    const params = { webhookId };
    const taken = await call(test.server, pingWebhook, 200, { params });
    assert.equal(taken.taken, true);
    assert.equal(taken.attempt.statusCode, 204);
    const [ping] = receiver.received;
    assert.ok(ping);
    verified(secret, ping);
    assert.equal(ping.event.type, 'io.throughline.webhook.ping');
    assert.equal(ping.event.subject, webhookId);
    await call(test.server, updateWebhook, 200, { params, body: { enabled: false } });
    receiver.answer = () => 418;
    const refused = await call(test.server, pingWebhook, 200, { params });
    assert.deepEqual([refused.taken, refused.attempt.statusCode], [false, 418]);
    assert.match(refused.attempt.error ?? '', /418/);
    assert.deepEqual(await test.deliveries(webhookId), []);
  });

  it('that is disabled is told nothing, and goes on where it stood when it is enabled again', async () => {
    const receiver = await test.receiver();
    const { webhookId } = await test.create(receiver);
    const params = { webhookId };
    const before = await test.startShort();
    await test.untilDone(webhookId, 1);
    const disabled = await call(test.server, updateWebhook, 200, { params, body: { enabled: false } });
    assert.deepEqual([disabled.state, disabled.disabledBecause], ['disabled', 'by-request']);
    const meanwhile = await test.startShort(2);
    assert.equal((await test.deliveries(webhookId)).length, 1);
    const enabled = await call(test.server, updateWebhook, 200, { params, body: { enabled: true } });
    assert.deepEqual([enabled.state, enabled.disabledAt], ['enabled', undefined]);
    await test.untilDone(webhookId, 3);
    assert.deepEqual(
      receiver.received.map(({ event }) => event.processinstanceid),
      [...before, ...meanwhile],
    );
  });

  it('that is turned elsewhere, or wants something else, does so from then on', async () => {
    const [first, second] = [await test.receiver(), await test.receiver()];
    const { webhookId } = await test.create(first);
    const params = { webhookId };
    await test.startShort();
    await test.untilDone(webhookId, 1);
    const filter = { types: ['process-instance.completed'] };
    await call(test.server, updateWebhook, 200, { params, body: { url: second.url, filter } });
    // The server's own node is told at once, and takes it up before the next event.
    await test.until(async () => {
      await test.startShort();
      return second.received.length > 1;
    }, 'messages to the other address');
    assert.equal(second.received.at(-1)?.event.type, 'io.throughline.process-instance.completed');
  });

  it('that is deleted is told nothing more, and is not there', async () => {
    const receiver = await test.receiver();
    const { webhookId } = await test.create(receiver);
    const params = { webhookId };
    await call(test.server, deleteWebhook, 204, { params });
    await test.startShort();
    const other = await test.create(receiver);
    await test.startShort();
    await test.untilDone(other.webhookId, 1);
    assert.equal(receiver.received.length, 1);
    for (const [operation, more] of [
      [getWebhook, {}],
      [updateWebhook, { body: {} }],
      [deleteWebhook, {}],
      [pingWebhook, {}],
      [rotateWebhookSecret, {}],
      [listWebhookDeliveries, {}],
    ] as const) {
      const { status } = await send(test.server, operation, { params, ...more });
      assert.equal(status, 404, operation.operationId);
    }
  });

  it('delivers an event again with the same webhook-id when it is asked to', async () => {
    const receiver = await test.receiver();
    const { webhookId, secret } = await test.create(receiver);
    await test.startShort();
    const [first] = await test.untilDone(webhookId, 1);
    const params = { webhookId, deliveryId: first?.deliveryId ?? '' };
    const again = await call(test.server, redeliverWebhook, 202, { params });
    assert.deepEqual([again.redeliveryOf, again.state], [first?.deliveryId, 'pending']);
    const done = await test.untilDone(webhookId, 2);
    assert.deepEqual(
      done.map(({ state, eventId }) => [state, eventId]),
      [
        ['delivered', first?.eventId],
        ['delivered', first?.eventId],
      ],
    );
    const [one, two] = receiver.received;
    assert.ok(one && two);
    verified(secret, two);
    assert.equal(one.headers['webhook-id'], two.headers['webhook-id']);
    assert.equal(one.body, two.body);
  });

  it('refuses a redelivery of what is unknown, pending, or for a webhook that is disabled', async () => {
    const receiver = await test.receiver();
    const { webhookId } = await test.create(receiver);
    const redeliver = (deliveryId: string) =>
      send(test.server, redeliverWebhook, { params: { webhookId, deliveryId } });
    assert.equal((await redeliver('none')).status, 404);
    await test.startShort();
    const [first] = await test.untilDone(webhookId, 1);
    receiver.answer = () => 500;
    await test.startShort();
    const failing = await test.untilTried(webhookId, 1, 1);
    assert.equal((await redeliver(failing.deliveryId)).status, 409);
    await call(test.server, updateWebhook, 200, { params: { webhookId }, body: { enabled: false } });
    assert.equal((await redeliver(first?.deliveryId ?? '')).status, 409);
  });

  it('lists what was delivered, the newest first, by state and event, page by page', async () => {
    const receiver = await test.receiver();
    const { webhookId } = await test.create(receiver);
    await test.startShort(3);
    const all = (await test.untilDone(webhookId, 3)).map(({ deliveryId }) => deliveryId).reverse();
    const params = { webhookId };
    const first = await call(test.server, listWebhookDeliveries, 200, { params, query: { limit: '2' } });
    const after = first.page.endCursor ?? '';
    const second = await call(test.server, listWebhookDeliveries, 200, {
      params,
      query: { limit: '2', after },
    });
    assert.deepEqual(
      [...first.items, ...second.items].map(({ deliveryId }) => deliveryId),
      all,
    );
    const pending = await call(test.server, listWebhookDeliveries, 200, {
      params,
      query: { state: 'pending' },
    });
    assert.deepEqual(pending.items, []);
    const eventId = first.items[0]?.eventId ?? '';
    const one = await call(test.server, listWebhookDeliveries, 200, { params, query: { eventId } });
    assert.deepEqual(
      one.items.map(({ deliveryId }) => deliveryId),
      all.slice(0, 1),
    );
  });

  it('is one of a hundred of its tenant at most', async () => {
    const receiver = await test.receiver();
    for (let count = 0; count < 100; count += 1) await test.create(receiver);
    const { status, body } = await send(test.server, createWebhook, { body: { url: receiver.url } });
    assert.deepEqual([status, (body as { readonly code?: string }).code], [422, 'limit-exceeded']);
  });
});
