import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { correlateMessage, publishMessage } from '../../src/contract/messages.js';
import {
  getProcessInstance,
  getVariables,
  searchProcessInstances,
} from '../../src/contract/process-instances.js';
import { broadcastSignal } from '../../src/contract/signals.js';
import { bpmn } from '../support/bpmn-builder.js';
import { call, refused, send } from '../support/contract-client.js';
import { deployed, started, useServer } from './use-server.js';

const payment = bpmn('payment')
  .startEvent('s')
  .intermediateCatchEvent('paid', { message: { name: 'paid', correlationKey: '=orderId' } })
  .endEvent('e');
const byMessage = bpmn('by-message').startEvent('s', { message: 'ordered' }).endEvent('e');
const alarm = bpmn('alarm')
  .startEvent('s')
  .intermediateCatchEvent('heard', { signal: 'alarm' })
  .endEvent('e');
const byAlarm = bpmn('by-alarm').startEvent('s', { signal: 'alarm' }).endEvent('e');

describe('messages over REST', () => {
  const server = useServer();

  it('are correlated with who waits, and bring variables', async () => {
    await deployed(server(), payment);
    const processInstanceId = await started(server(), 'payment', { variables: { orderId: 'o-1' } });
    const body = { name: 'paid', correlationKey: 'o-1', variables: { amount: 5 } };
    const published = await call(server(), publishMessage, 202, { body });
    assert.deepEqual([published.outcome, published.processInstanceIds], ['correlated', [processInstanceId]]);
    const { variables } = await call(server(), getVariables, 200, { params: { processInstanceId } });
    assert.deepEqual(variables, { orderId: 'o-1', amount: 5 });
  });

  it('start instances', async () => {
    await deployed(server(), byMessage);
    const { outcome, processInstanceIds } = await call(server(), publishMessage, 202, {
      body: { name: 'ordered' },
    });
    assert.equal(outcome, 'started');
    assert.equal(processInstanceIds.length, 1);
  });

  it('are buffered for their time to live, and discarded without', async () => {
    await deployed(server(), payment);
    const publish = async (more: object) =>
      (await call(server(), publishMessage, 202, { body: { name: 'paid', correlationKey: 'o-1', ...more } }))
        .outcome;
    assert.equal(await publish({}), 'discarded');
    assert.equal(await publish({ timeToLiveMs: 60_000 }), 'buffered');
    const processInstanceId = await started(server(), 'payment', { variables: { orderId: 'o-1' } });
    const { state } = await call(server(), getProcessInstance, 200, { params: { processInstanceId } });
    assert.equal(state, 'completed');
  });

  it('answer their first result again for a messageId, and change nothing', async () => {
    await deployed(server(), byMessage);
    const body = { name: 'ordered', messageId: 'm-1', timeToLiveMs: 60_000 };
    const first = await call(server(), publishMessage, 202, { body });
    const again = await call(server(), publishMessage, 202, { body });
    assert.deepEqual(again, { ...first, duplicate: true });
    assert.equal((await call(server(), searchProcessInstances, 200)).page.totalItems, 1);
  });

  it('are correlated now or not at all', async () => {
    await deployed(server(), payment);
    const body = { name: 'paid', correlationKey: 'o-1' };
    await refused(server(), correlateMessage, 'no-subscription', { body });
    const processInstanceId = await started(server(), 'payment', { variables: { orderId: 'o-1' } });
    const request = { body, headers: { 'idempotency-key': 'm' } };
    assert.deepEqual(await call(server(), correlateMessage, 200, request), { processInstanceId });
    const again = await send(server(), correlateMessage, request);
    assert.deepEqual([again.status, again.body], [200, { processInstanceId }]);
    assert.equal(again.headers.get('idempotent-replayed'), 'true');
    await refused(server(), correlateMessage, 'no-subscription', { body });
  });

  it('are published once for an Idempotency-Key', async () => {
    await deployed(server(), byMessage);
    const request = { body: { name: 'ordered' }, headers: { 'idempotency-key': 'm' } };
    const first = await call(server(), publishMessage, 202, request);
    assert.deepEqual(await call(server(), publishMessage, 202, request), first);
    assert.equal((await call(server(), searchProcessInstances, 200)).page.totalItems, 1);
  });
});

describe('signals over REST', () => {
  const server = useServer();

  it('reach everybody who waits, and start instances', async () => {
    await deployed(server(), alarm, byAlarm);
    const waiting = [await started(server(), 'alarm'), await started(server(), 'alarm')];
    const request = { body: { name: 'alarm', variables: { level: 2 } }, headers: { 'idempotency-key': 'a' } };
    const broadcast = await call(server(), broadcastSignal, 202, request);
    assert.deepEqual([broadcast.subscriptions, broadcast.startedProcessInstances.length], [2, 1]);
    assert.deepEqual(await call(server(), broadcastSignal, 202, request), broadcast);
    await server().atRest();
    for (const processInstanceId of waiting) {
      const params = { processInstanceId };
      assert.equal((await call(server(), getProcessInstance, 200, { params })).state, 'completed');
    }
    assert.equal((await call(server(), searchProcessInstances, 200)).page.totalItems, 3);
  });

  it('that nobody waits for reach nobody', async () => {
    const { subscriptions, startedProcessInstances } = await call(server(), broadcastSignal, 202, {
      body: { name: 'x' },
    });
    assert.deepEqual([subscriptions, startedProcessInstances], [0, []]);
  });
});
