import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { deleteProcessInstance } from '../../src/contract/process-instances.js';
import { updateWebhook } from '../../src/contract/webhooks.js';
import { call } from '../support/contract-client.js';
import { short, useWebhooks } from './use-webhooks.js';
import { deployed, started } from '../facade/use-server.js';

const hour = 60 * 60_000;

describe('a webhook, where events are removed,', () => {
  const test = useWebhooks({ historyTtlMs: hour });

  const enable = (webhookId: string, enabled: boolean) =>
    call(test.server, updateWebhook, 200, { params: { webhookId }, body: { enabled } });
  const untilRemoved = async (processInstanceId: string): Promise<void> => {
    await test.until(async () => {
      test.clock.advance(60_000);
      return (await test.server.store.queries.processInstance('default', processInstanceId)) === undefined;
    }, 'the instance to be removed');
  };

  it('that was away for longer than events are kept is told so, and what is left', async () => {
    const receiver = await test.receiver();
    const { webhookId } = await test.create(receiver);
    await deployed(test.server, short);
    await started(test.server, 'short');
    await test.untilDone(webhookId, 1);
    await enable(webhookId, false);
    const removed = await started(test.server, 'short');
    test.clock.advance(2 * hour);
    await untilRemoved(removed);
    const left = await started(test.server, 'short');
    await enable(webhookId, true);
    await test.untilDone(webhookId, 3);
    const [before, gone, after] = receiver.received.map(({ event }) => event);
    assert.equal(gone?.type, 'io.throughline.webhook.events-gone');
    assert.equal(gone.data['after'], before?.id);
    assert.equal(after?.processinstanceid, left);
    assert.equal(receiver.received.length, 3);
    // Once.
    await test.server.restart();
    const last = await started(test.server, 'short');
    await test.untilDone(webhookId, 4);
    assert.equal(receiver.received[3]?.event.processinstanceid, last);
  });

  it('that has had them all is told nothing of it', async () => {
    const receiver = await test.receiver();
    const { webhookId } = await test.create(receiver);
    await deployed(test.server, short);
    const removed = await started(test.server, 'short');
    await test.untilDone(webhookId, 1);
    test.clock.advance(2 * hour);
    await untilRemoved(removed);
    await test.server.restart();
    const next = await started(test.server, 'short');
    await test.untilDone(webhookId, 2);
    assert.equal(receiver.received[1]?.event.processinstanceid, next);
  });

  it('keeps no delivery of an instance that somebody deletes', async () => {
    const receiver = await test.receiver();
    const { webhookId } = await test.create(receiver);
    await deployed(test.server, short);
    const processInstanceId = await started(test.server, 'short');
    await test.untilDone(webhookId, 1);
    await call(test.server, deleteProcessInstance, 204, { params: { processInstanceId } });
    assert.deepEqual(await test.deliveries(webhookId), []);
  });

  it('keeps what has ended for as long as WEBHOOK_LOG_TTL says', async () => {
    const receiver = await test.receiver();
    const { webhookId } = await test.create(receiver);
    await deployed(test.server, short);
    await started(test.server, 'short');
    await test.untilDone(webhookId, 1);
    test.clock.advance(7 * 24 * hour - 120_000);
    await test.server.atRest();
    assert.equal((await test.deliveries(webhookId)).length, 1);
    await test.until(async () => {
      test.clock.advance(60_000);
      return (await test.deliveries(webhookId)).length === 0;
    }, 'the log to be empty');
  });
});
