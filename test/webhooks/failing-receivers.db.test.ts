import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { updateWebhook } from '../../src/contract/webhooks.js';
import { bpmn } from '../support/bpmn-builder.js';
import { call } from '../support/contract-client.js';
import { deployed, started } from '../facade/use-server.js';
import { short, useWebhooks } from './use-webhooks.js';

const minute = 60_000;
const hour = 60 * minute;

/** One instance, and many events in a row. */
const long = bpmn('long').startEvent('s').manualTask('a').manualTask('b').manualTask('c').endEvent('e');

describe('a webhook whose receiver fails', () => {
  const test = useWebhooks();

  it('row 20: webhook receiver 500s, times out, 410: retries for days, same webhook-id, 410 disables, others go on', async () => {
    const [failing, gone, sound] = [await test.receiver(), await test.receiver(), await test.receiver()];
    failing.answer = () => 500;
    gone.answer = () => 410;
    const hooks = {
      failing: (await test.create(failing)).webhookId,
      gone: (await test.create(gone)).webhookId,
      sound: (await test.create(sound)).webhookId,
    };
    await test.startShort();
    await test.untilDone(hooks.sound, 1);
    await test.untilDone(hooks.gone, 1);
    const retired = await test.get(hooks.gone);
    assert.deepEqual([retired.state, retired.disabledBecause], ['disabled', 'gone']);
    const begun = test.clock.now();
    const waits: number[] = [];
    for (let attempts = 1; ; attempts += 1) {
      const delivery = await test.untilTried(hooks.failing, attempts);
      if (delivery.state !== 'pending') break;
      waits.push(Date.parse(delivery.nextAttemptAt ?? '') - test.clock.now());
      test.passTo(delivery);
    }
    assert.deepEqual(waits, [
      ...[5_000, 30_000, 2 * minute, 10 * minute, 30 * minute],
      ...[1, 2, 4, 8, 12, 20, 24].map((hours) => hours * hour),
    ]);
    assert.ok(Math.abs((test.clock.now() - begun) / hour - 72) < 1, 'three days');
    assert.equal(new Set(failing.received.map(({ headers }) => headers['webhook-id'])).size, 1);
    assert.equal(new Set(failing.received.map(({ body }) => body)).size, 1);
    const disabled = await test.get(hooks.failing);
    assert.deepEqual([disabled.state, disabled.disabledBecause], ['disabled', 'failing']);
    await test.startShort();
    await test.untilDone(hooks.sound, 2);
    assert.equal(failing.received.length, waits.length + 1);
    assert.equal(gone.received.length, 1);
  }).timeout(60_000);

  it('and that is disabled for it is told of by an event', async () => {
    const [gone, watching] = [await test.receiver(), await test.receiver()];
    gone.answer = () => 410;
    const watch = await test.create(watching, { filter: { types: ['webhook.disabled'] } });
    const { webhookId } = await test.create(gone);
    await test.startShort();
    await test.untilDone(watch.webhookId, 1);
    const [{ event } = assert.fail('Expected an event.')] = watching.received;
    assert.equal(event.type, 'io.throughline.webhook.disabled');
    assert.equal(event.subject, webhookId);
    assert.deepEqual(event.data, { webhookId, because: 'gone' });
  });

  it('goes on with all that it has missed when it is enabled again', async () => {
    const receiver = await test.receiver();
    receiver.answer = () => 410;
    const { webhookId } = await test.create(receiver);
    const [lost] = await test.startShort();
    await test.until(async () => (await test.get(webhookId)).state === 'disabled', 'to be disabled');
    const missed = await test.startShort(3);
    receiver.answer = () => 204;
    await call(test.server, updateWebhook, 200, { params: { webhookId }, body: { enabled: true } });
    await test.untilDone(webhookId, 4);
    const told = receiver.received.map(({ event }) => event.processinstanceid);
    assert.deepEqual(told, [lost, ...missed]);
    assert.deepEqual(
      (await test.deliveries(webhookId)).map(({ state }) => state),
      ['failed', 'delivered', 'delivered', 'delivered'],
    );
  });

  it('at one instance keeps the order there, and holds up no other instance', async () => {
    const receiver = await test.receiver();
    const { webhookId } = await test.create(receiver, { filter: { types: ['element.activated'] } });
    await deployed(test.server, long);
    let isBroken = true;
    // At the second element, so that something went well before.
    receiver.answer = ({ event }) =>
      isBroken && event.businesskey === 'broken' && event.data['elementId'] === 'a' ? 500 : 204;
    await started(test.server, 'long', { businessKey: 'broken' });
    await started(test.server, 'long', { businessKey: 'sound' });
    const elementsOf = (key: string) =>
      receiver.received
        .filter(({ event }) => event.businesskey === key)
        .map(({ event }) => event.data['elementId']);
    await test.until(() => elementsOf('sound').length === 5, 'the other instance to be told of');
    await test.untilTried(webhookId, 1, 1);
    assert.deepEqual(elementsOf('sound'), ['s', 'a', 'b', 'c', 'e']);
    assert.deepEqual(elementsOf('broken'), ['s', 'a']);
    isBroken = false;
    test.clock.advance(5_000);
    await test.untilDone(webhookId, 10);
    assert.deepEqual(elementsOf('broken'), ['s', 'a', 'a', 'b', 'c', 'e']);
  });

  it('waits as long as Retry-After asks for', async () => {
    const receiver = await test.receiver();
    receiver.answer = () => (response) => void response.writeHead(429, { 'retry-after': '600' }).end();
    const { webhookId } = await test.create(receiver);
    await test.startShort();
    const delivery = await test.untilTried(webhookId, 1);
    assert.equal(Date.parse(delivery.nextAttemptAt ?? '') - test.clock.now(), 600_000);
    receiver.answer = () => 204;
    await test.startShort();
    test.clock.advance(599_000);
    await test.server.atRest();
    assert.equal(receiver.received.length, 1);
    test.clock.advance(1_000);
    await test.untilDone(webhookId, 2);
  });

  it('at one event alone keeps its webhook: the event is given up after three days', async () => {
    const receiver = await test.receiver();
    const { webhookId } = await test.create(receiver);
    receiver.answer = ({ event }) => (event.businesskey === 'poison' ? 500 : 204);
    await deployed(test.server, short);
    await started(test.server, 'short', { businessKey: 'poison' });
    for (let attempts = 1; attempts < 13; attempts += 1) {
      const delivery = await test.untilTried(webhookId, attempts);
      if (attempts === 6) {
        await started(test.server, 'short', { businessKey: 'sound' });
        // Nobody waits longer for one that fails again and again.
        test.clock.advance(minute);
        await test.untilTried(webhookId, 1, 1);
      }
      test.passTo(delivery);
    }
    const [poison] = await test.untilDone(webhookId, 2);
    assert.deepEqual([poison?.state, poison?.attempts.length], ['failed', 13]);
    assert.equal((await test.get(webhookId)).state, 'enabled');
  });

  it('that does not answer is given up after 15 s, and tried again', async () => {
    const receiver = await test.receiver();
    receiver.answer = () => () => undefined;
    const { webhookId } = await test.create(receiver);
    await test.startShort();
    await test.untilReceived(receiver, 1);
    test.clock.advance(15_000);
    const delivery = await test.untilTried(webhookId, 1);
    assert.match(delivery.attempts[0]?.error ?? '', /within 15000 ms/);
    receiver.answer = () => 204;
    test.passTo(delivery);
    await test.untilDone(webhookId, 1);
  });

  it('that answers without end is cut off', async () => {
    const receiver = await test.receiver();
    receiver.answer = () => (response) => {
      response.writeHead(200);
      const chunk = Buffer.alloc(16 * 1024);
      const write = (): void => {
        while (!response.destroyed && response.write(chunk));
        if (!response.destroyed) response.once('drain', write);
      };
      write();
    };
    const { webhookId } = await test.create(receiver);
    await test.startShort();
    const delivery = await test.untilTried(webhookId, 1);
    assert.match(delivery.attempts[0]?.error ?? '', /at most 65536 bytes/);
  });

  it('holds at most 256 deliveries, and the rest stays in the journal until it takes them', async () => {
    const receiver = await test.receiver();
    receiver.answer = () => 500;
    const { webhookId } = await test.create(receiver, { filter: { types: ['element.*'] } });
    const model = bpmn('wide').startEvent('s');
    for (let index = 0; index < 60; index += 1) model.manualTask(`t${index}`);
    await deployed(test.server, model.endEvent('e'));
    for (let count = 0; count < 4; count += 1) await started(test.server, 'wide');
    const pending = async () => (await test.server.store.queries.pendingWebhookDeliveries(webhookId)).length;
    await test.until(async () => (await pending()) === 256, '256 deliveries');
    receiver.answer = () => 204;
    const told = () => new Set(receiver.received.map(({ event }) => event.id)).size;
    while (told() < 4 * 62 * 2) {
      const before = told();
      await test.until(async () => {
        // Time passes no faster than the database answers: calls would be given up before they are answered.
        await test.server.store.ping();
        test.clock.advance(1_000);
        return told() > before;
      }, 'another event to be told');
    }
    for (let index = 0; index < 4; index += 1) {
      const ids = receiver.received.map(({ event }) => event.processinstanceid);
      const one = [...new Set(ids)][index];
      const numbers = receiver.received
        .filter(({ event }) => event.processinstanceid === one)
        .map(({ event }) => Number(event.id.split('-')[1]));
      assert.deepEqual(
        [...new Set(numbers)],
        [...new Set(numbers)].sort((a, b) => a - b),
      );
    }
    await test.until(async () => (await pending()) === 0, 'nothing to be left');
  }).timeout(180_000);

  it('is no matter of a receiver that answers slowly', async () => {
    const [slow, quick] = [await test.receiver(), await test.receiver()];
    slow.answer = () => () => undefined;
    await test.create(slow);
    const { webhookId } = await test.create(quick);
    await test.startShort(20);
    await test.untilDone(webhookId, 20);
    assert.ok(slow.received.length <= 8, 'so many calls at once');
  });
});
