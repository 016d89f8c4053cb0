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
import { as, authenticateBy } from '../facade/use-callers.js';
import { deployed, started } from '../facade/use-server.js';
import { useWebhooks } from './use-webhooks.js';

const tenantId = 'default';
const callers = {
  manager: { tenantId, roles: ['admin'] as const, grants: { bpmnProcessIds: ['mine'] } },
  colleague: { tenantId, roles: ['admin'] as const, grants: { bpmnProcessIds: ['mine'] } },
  operator: { tenantId, roles: ['operator'] as const, grants: {} },
  stranger: { tenantId: 'acme', roles: ['admin'] as const, grants: {} },
};

const process = (id: string) => bpmn(id).startEvent('s').endEvent('e');

describe('what a webhook tells', () => {
  const test = useWebhooks({ authenticate: authenticateBy(callers) });
  const by = (caller: keyof typeof callers) => as(caller, test.server);

  it('is what its creator reaches, whatever the filter and whoever changes it', async () => {
    const [all, narrow] = [await test.receiver(), await test.receiver()];
    const whole = await test.create(all, { filter: {} });
    const { webhookId } = await call(by('manager'), createWebhook, 201, { body: { url: narrow.url } });
    const body = { filter: { bpmnProcessIds: ['mine', 'theirs'] } };
    await call(test.server, updateWebhook, 200, { params: { webhookId }, body });
    await deployed(test.server, process('mine'), process('theirs'));
    await started(test.server, 'theirs');
    await started(test.server, 'mine');
    await test.untilDone(webhookId, 6);
    await test.untilDone(whole.webhookId, 13);
    assert.deepEqual([...new Set(narrow.received.map(({ event }) => event.bpmnprocessid))], ['mine']);
    assert.deepEqual([...new Set(all.received.map(({ event }) => event.bpmnprocessid))].sort(), [
      'mine',
      'theirs',
      undefined,
    ]);
  });

  it('is of its tenant alone', async () => {
    const [ours, theirs] = [await test.receiver(), await test.receiver()];
    const { webhookId } = await test.create(ours);
    await call(by('stranger'), createWebhook, 201, { body: { url: theirs.url } });
    await test.startShort(2);
    await test.untilDone(webhookId, 2);
    assert.equal(theirs.received.length, 0);
  });

  it('is not turned elsewhere, nor seen, by who reaches less than its creator', async () => {
    const receiver = await test.receiver();
    const { webhookId } = await test.create(receiver, { filter: {} });
    await test.startShort();
    const [delivery] = await test.untilDone(webhookId, 1);
    const params = { webhookId, deliveryId: delivery?.deliveryId ?? '' };
    for (const caller of ['manager', 'stranger'] as const) {
      for (const [operation, body] of [
        [getWebhook, undefined],
        [updateWebhook, { url: 'https://elsewhere.example/' }],
        [deleteWebhook, undefined],
        [pingWebhook, undefined],
        [rotateWebhookSecret, {}],
        [listWebhookDeliveries, undefined],
        [redeliverWebhook, {}],
      ] as const) {
        const { status } = await send(by(caller), operation, { params, ...(body && { body }) });
        assert.equal(status, 404, `${caller} ${operation.operationId}`);
      }
      assert.equal((await call(by(caller), searchWebhooks, 200, { body: {} })).page.totalItems, 0);
    }
  });

  it('is the creator’s own matter among those who reach as little', async () => {
    const receiver = await test.receiver();
    const { webhookId } = await call(by('manager'), createWebhook, 201, { body: { url: receiver.url } });
    assert.equal((await send(by('manager'), getWebhook, { params: { webhookId } })).status, 200);
    assert.equal((await call(by('manager'), searchWebhooks, 200, { body: {} })).page.totalItems, 1);
    assert.equal((await send(by('colleague'), getWebhook, { params: { webhookId } })).status, 404);
    assert.equal((await send(test.server, getWebhook, { params: { webhookId } })).status, 200);
  });

  it('is for administrators alone to say', async () => {
    const body = { url: 'https://receiver.example/' };
    assert.equal((await send(by('operator'), createWebhook, { body })).status, 403);
    assert.equal((await send(by('operator'), searchWebhooks, { body: {} })).status, 403);
  });
});
