import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { multiInstance } from '../support/bpmn-loops.js';
import { oneUserTask } from './models.js';
import { context, ok, useRuntime } from './use-runtime.js';

describe('call trees', () => {
  const limit = 20;
  const test = useRuntime({ callTreeLimit: limit });
  const twofold = () =>
    bpmn('twofold')
      .startEvent('s')
      .parallelGateway('both')
      .callActivity('one', { processId: 'twofold' })
      .endEvent('e')
      .at('both')
      .callActivity('other', { processId: 'twofold' })
      .endEvent('f');
  const active = async (bpmnProcessId: string) =>
    (await test.instancesOf(bpmnProcessId)).filter(({ status }) => status === 'active');
  /** What is being started while others are counted is not counted: on PostgreSQL that may be some. */
  const assertBounded = (grown: number) =>
    assert.ok(grown > limit && grown < 10 * limit, `Expected about ${limit} instances but found ${grown}.`);
  const firstIncident = async () => (await test.openIncidents())[0] ?? assert.fail('Expected an incident.');

  it('that double stop growing at the limit, each further call with an incident', async () => {
    await test.deploy(twofold());
    const { processInstanceId } = await test.start('twofold');
    const grown = (await active('twofold')).length;
    assertBounded(grown);
    const incidents = await test.openIncidents();
    assert.deepEqual([...new Set(incidents.map(({ code }) => code))], ['call-tree-limit-exceeded']);
    // Each of them calls two, and all but the first have been called.
    assert.equal(incidents.length, 2 * grown - (grown - 1));
    assert.match(incidents[0]?.message ?? '', new RegExp(`${processInstanceId} .* 20 active instances`));
    ok(await test.runtime.cancelProcessInstance(context, processInstanceId));
    await test.rest();
    assert.deepEqual([await active('twofold'), await test.openIncidents()], [[], []]);
  });

  it('go on where the incident is resolved after others have ended', async () => {
    const many = bpmn('many')
      .startEvent('s')
      .callActivity('call', { processId: 'called', content: multiInstance({ collection: '=items' }) })
      .endEvent('e');
    await test.deploy(many, oneUserTask('called'));
    const items = Array.from({ length: limit + 1 }, (_, index) => index);
    const { processInstanceId } = await test.start('many', { items });
    assert.equal((await active('called')).length, limit);
    const { incidentId } = await firstIncident();
    ok(await test.runtime.resolveIncident(context, incidentId));
    await test.rest();
    assert.equal((await firstIncident()).code, 'call-tree-limit-exceeded');
    const completeAll = async () => {
      for (const { userTaskId } of (await test.userTasks()).filter(({ state }) => state === 'created'))
        ok(await test.runtime.completeUserTask(context, userTaskId, { variables: {} }));
      await test.rest();
    };
    await completeAll();
    await test.pass(1_000);
    ok(await test.runtime.resolveIncident(context, (await firstIncident()).incidentId));
    await test.rest();
    await completeAll();
    assert.equal((await test.instance(processInstanceId)).state.status, 'completed');
  });

  it('of other instances are counted for themselves, and by each node anew', async () => {
    await test.deploy(twofold());
    const first = await test.start('twofold');
    await test.replaceRuntime({ callTreeLimit: limit });
    test.clock.advance(1);
    const later = test.clock.now();
    const second = await test.start('twofold');
    const roots = await active('twofold');
    assertBounded(roots.filter(({ startedAt }) => startedAt < later).length);
    assertBounded(roots.filter(({ startedAt }) => startedAt >= later).length);
    for (const { processInstanceId } of [first, second])
      ok(await test.runtime.cancelProcessInstance(context, processInstanceId));
    await test.rest();
  });

  it('that are called one after the other have no limit of their own', async () => {
    const chain = bpmn('chain')
      .startEvent('s')
      .callActivity('call', {
        processId: 'called',
        content: multiInstance({ collection: '=items', sequential: true }),
      })
      .endEvent('e');
    await test.deploy(chain, bpmn('called').startEvent('s').endEvent('e'));
    const items = Array.from({ length: 3 * limit }, (_, index) => index);
    const { processInstanceId } = await test.start('chain', { items });
    assert.equal((await test.instance(processInstanceId)).state.status, 'completed');
  });
});
