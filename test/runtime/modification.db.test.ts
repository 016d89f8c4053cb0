import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { oneCall, oneMessage, oneUserTask } from './models.js';
import { context, ok, refusal, useRuntime } from './use-runtime.js';

const nested = bpmn('p')
  .startEvent('start')
  .userTask('before')
  .subProcess('sub', (inner) =>
    inner.startEvent('s').serviceTask('job', { type: 'work' }).userTask('task').endEvent('e'),
  )
  .endEvent('end')
  .boundaryEvent('late', { attachedTo: 'sub', timer: { duration: 'PT1H' } })
  .endEvent('given-up');

describe('a modification of a stored instance', () => {
  const test = useRuntime();
  const modify = (id: string, input: Parameters<typeof test.runtime.modifyProcessInstance>[2]) =>
    test.runtime.modifyProcessInstance(context, id, input);
  const idsOf = async (id: string, elementId: string) => {
    const { items } = await test.runtime.queries.elementInstances(context.tenantId, id, { limit: 100 });
    return items.flatMap((item) =>
      item.elementId === elementId && item.state === 'active' ? [item.elementInstanceId] : [],
    );
  };

  it('leaves every row as if the token had come by itself, over a restart', async () => {
    await test.deploy(nested);
    const { processInstanceId: id } = await test.start('p', { a: 1 });
    const [before = ''] = await idsOf(id, 'before');
    const move = [{ from: { elementInstanceId: before }, toElementId: 'job', variables: { a: 2 } }];
    assert.deepEqual(ok(await modify(id, { move })), { processInstanceId: id, state: 'active' });
    assert.deepEqual(await test.path(id), ['start:completed', 'before:canceled', 'sub:active', 'job:active']);
    await test.restart();
    const { variables } = await test.takeOne('work');
    assert.deepEqual(variables, { a: 2 });
    await test.pass(3_600_000);
    assert.equal((await test.instance(id)).state.status, 'completed');
    assert.deepEqual((await test.path(id)).slice(-2), ['late:completed', 'given-up:completed']);
  });

  it('of two that move the same token at once does one', async () => {
    await test.deploy(nested);
    const { processInstanceId: id } = await test.start('p');
    const [before = ''] = await idsOf(id, 'before');
    const move = [{ from: { elementInstanceId: before }, toElementId: 'task' }];
    const outcomes = await Promise.all([modify(id, { move }), modify(id, { move })]);
    assert.equal(outcomes.filter((outcome) => outcome.ok).length, 1);
    const refused = outcomes.find((outcome) => !outcome.ok);
    assert.ok(refused && !refused.ok);
    assert.equal(refused.problem.code, 'invalid-state');
    assert.deepEqual(refused.problem.errors, [
      { path: '/move/0', message: `Expected element instance ${before} to be active but it is not.` },
    ]);
    assert.equal((await idsOf(id, 'task')).length, 1);
  });

  it('cancels what was called, and ends an instance that it leaves empty', async () => {
    await test.deploy(oneCall(), oneUserTask('called'));
    const { processInstanceId: id } = await test.start('caller');
    const [task] = await test.userTasks();
    ok(await modify(id, { cancel: [{ elementId: 'call' }] }));
    await test.rest();
    assert.equal((await test.instance(id)).state.status, 'canceled');
    assert.equal((await test.instance(task?.processInstanceId ?? '')).state.status, 'canceled');
    const late = { activate: [{ elementId: 'call' }] };
    refusal(await modify(id, late), 'invalid-state');
  });

  it('finds the message that is kept for the element that it activates', async () => {
    await test.deploy(
      bpmn('q')
        .startEvent('start')
        .userTask('task')
        .intermediateCatchEvent('catch', { message: { name: 'paid', correlationKey: '=order' } })
        .endEvent('end'),
    );
    const message = { name: 'paid', correlationKey: 'A', timeToLiveMs: 60_000 };
    ok(await test.runtime.publishMessage(context, message));
    const { processInstanceId: id } = await test.start('q', { order: 'A' });
    ok(await modify(id, { move: [{ from: { elementId: 'task' }, toElementId: 'catch' }] }));
    assert.equal((await test.instance(id)).state.status, 'completed');
  });

  it('of a suspended instance takes effect when that is resumed', async () => {
    await test.deploy(oneMessage());
    const { processInstanceId: id } = await test.start('order', { order: 'A' });
    ok(await test.runtime.suspendProcessInstance(context, id));
    ok(await modify(id, { move: [{ from: { elementId: 'catch' }, toElementId: 'catch' }] }));
    const message = { name: 'paid', correlationKey: 'A', timeToLiveMs: 60_000 };
    ok(await test.runtime.publishMessage(context, message));
    assert.equal((await test.instance(id)).state.status, 'active');
    ok(await test.runtime.resumeProcessInstance(context, id));
    assert.equal((await test.instance(id)).state.status, 'completed');
  });

  it('makes the scopes of a suspended instance, whose events wait with it', async () => {
    await test.deploy(
      bpmn('r')
        .startEvent('start')
        .userTask('task')
        .subProcess('sub', (inner) => inner.startEvent('s').userTask('x').endEvent('e'))
        .endEvent('end')
        .boundaryEvent('told', { attachedTo: 'sub', message: { name: 'paid', correlationKey: '=order' } })
        .endEvent('told-end')
        .boundaryEvent('late', { attachedTo: 'sub', timer: { duration: 'PT1M' } })
        .endEvent('late-end'),
    );
    const message = { name: 'paid', correlationKey: 'A', timeToLiveMs: 3_600_000 };
    ok(await test.runtime.publishMessage(context, message));
    const { processInstanceId: id } = await test.start('r', { order: 'A' });
    ok(await test.runtime.suspendProcessInstance(context, id));
    ok(await modify(id, { move: [{ from: { elementId: 'task' }, toElementId: 'x' }] }));
    await test.pass(120_000);
    assert.equal((await test.instance(id)).state.status, 'active');
    ok(await test.runtime.resumeProcessInstance(context, id));
    await test.rest();
    assert.deepEqual((await test.path(id)).at(-1), 'told-end:completed');
  });

  it('refuses the ids of other instances, and nobody’s', async () => {
    await test.deploy(nested);
    const { processInstanceId: id } = await test.start('p');
    const { processInstanceId: other } = await test.start('p');
    const [foreign = ''] = await idsOf(other, 'before');
    refusal(await modify(id, { cancel: [{ elementInstanceId: foreign }] }), 'invalid-argument');
    refusal(await modify('x', { cancel: [{ elementInstanceId: foreign }] }), 'not-found');
    const elsewhere = { tenantId: 'other', actor: 'x' };
    const input = { activate: [{ elementId: 'task' }] };
    refusal(await test.runtime.modifyProcessInstance(elsewhere, id, input), 'not-found');
    assert.equal((await idsOf(other, 'before')).length, 1);
  });
});
