import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { DELIVERY_CHAIN_LIMIT } from '../../src/engine/limits.js';
import { bpmn } from '../support/bpmn-builder.js';
import { oneSignal, signalStart } from './models.js';
import { context, ok, useRuntime } from './use-runtime.js';

describe('signals', () => {
  const test = useRuntime();
  const broadcast = async (name: string, variables = {}) => {
    const answer = ok(await test.runtime.broadcastSignal(context, { name, variables }));
    await test.rest();
    return answer;
  };

  it('reach everybody who waits, each once, and are counted', async () => {
    await test.deploy(oneSignal());
    const ids: string[] = [];
    for (let index = 0; index < 250; index++) {
      ids.push(
        ok(await test.runtime.startProcessInstance(context, { bpmnProcessId: 'listen' })).processInstanceId,
      );
    }
    const answer = await broadcast('go', { x: 1 });
    assert.deepEqual([answer.subscriptions, answer.startedProcessInstances], [250, []]);
    const instances = await test.instancesOf('listen');
    assert.ok(instances.every(({ status }) => status === 'completed'));
    assert.deepEqual(await test.variables(ids[7] ?? ''), { x: 1 });
    assert.equal((await broadcast('go')).subscriptions, 0);
  });

  it('are not kept for who waits later', async () => {
    await test.deploy(oneSignal());
    assert.equal((await broadcast('go')).subscriptions, 0);
    assert.equal((await test.start('listen')).state, 'active');
  });

  it('start what they start, in the answer', async () => {
    await test.deploy(signalStart('a'), signalStart('b'), signalStart('c', 'other'));
    const { startedProcessInstances } = await broadcast('go', { x: 1 });
    assert.equal(startedProcessInstances.length, 2);
    for (const id of startedProcessInstances) assert.deepEqual(await test.variables(id), { x: 1 });
  });

  it('thrown inside a process reach others and its own instance', async () => {
    await test.deploy(
      bpmn('own')
        .startEvent('start')
        .parallelGateway('fork')
        .intermediateCatchEvent('catch', { signal: 'go' })
        .endEvent('caught')
        .at('fork')
        .intermediateThrowEvent('throw', { signal: 'go', inputs: { said: '="hello"' } })
        .endEvent('thrown'),
      oneSignal(),
      signalStart(),
    );
    const listener = await test.start('listen');
    const { processInstanceId } = await test.start('own');
    assert.equal((await test.instance(processInstanceId)).state.status, 'completed');
    assert.deepEqual(await test.variables(listener.processInstanceId), { said: 'hello' });
    assert.equal((await test.instancesOf('started')).length, 1);
  });

  it('come to a boundary event that does not interrupt, each time', async () => {
    await test.deploy(
      bpmn('p')
        .startEvent('start')
        .userTask('task')
        .endEvent('end')
        .boundaryEvent('heard', { attachedTo: 'task', interrupting: false, signal: 'go' })
        .endEvent('noted'),
    );
    const { processInstanceId } = await test.start('p');
    for (let round = 0; round < 3; round++) assert.equal((await broadcast('go')).subscriptions, 1);
    const noted = (await test.path(processInstanceId)).filter((step) => step === 'noted:completed');
    assert.equal(noted.length, 3);
  });

  it('that are on their way when their catcher goes come too late, and harm nothing', async () => {
    await test.deploy(oneSignal());
    const { processInstanceId } = await test.start('listen');
    await test.restart({ started: false });
    ok(await test.runtime.broadcastSignal(context, { name: 'go' }));
    ok(await test.runtime.cancelProcessInstance(context, processInstanceId));
    test.runtime.start();
    await test.rest();
    assert.equal((await test.instance(processInstanceId)).state.status, 'canceled');
  });

  it('that processes answer with signals for ever stop at the limit, with an incident that goes on when resolved', async () => {
    const answering = (id: string, hears: string, says: string) =>
      bpmn(id).startEvent('start', { signal: hears }).endEvent('end', { signal: says });
    await test.deploy(answering('ping', 'ping', 'pong'), answering('pong', 'pong', 'ping'));
    await broadcast('ping');
    const [incident, ...others] = await test.openIncidents();
    assert.deepEqual([incident?.code, others.length], ['delivery-chain-exceeded', 0]);
    assert.match(incident?.message ?? '', new RegExp(String(DELIVERY_CHAIN_LIMIT)));
    const count = async () =>
      (await test.instancesOf('ping')).length + (await test.instancesOf('pong')).length;
    assert.equal(await count(), DELIVERY_CHAIN_LIMIT + 1);
    ok(await test.runtime.resolveIncident(context, incident?.incidentId ?? ''));
    await test.rest();
    assert.equal(await count(), 2 * DELIVERY_CHAIN_LIMIT + 1);
    assert.equal((await test.openIncidents()).length, 1);
  });
});
