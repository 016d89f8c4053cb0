import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { context, ok, refusal, useRuntime } from './use-runtime.js';

/** Every kind of row; `suffix` changes the ids, `hours` the time of the timer. */
function model(suffix = '', hours = 1) {
  return bpmn('p')
    .startEvent('start')
    .parallelGateway('fork')
    .serviceTask(`job${suffix}`, { type: 'work', retries: 1, name: `Work ${suffix}` })
    .endEvent('job-end')
    .at('fork')
    .serviceTask(`broken${suffix}`, { type: '=kind' })
    .endEvent('broken-end')
    .at('fork')
    .userTask(`task${suffix}`)
    .endEvent('task-end')
    .at('fork')
    .intermediateCatchEvent(`message${suffix}`, { message: { name: 'told', correlationKey: '="k"' } })
    .endEvent('message-end')
    .at('fork')
    .intermediateCatchEvent(`signal${suffix}`, { signal: 'heard' })
    .endEvent('signal-end')
    .boundaryEvent(`timer${suffix}`, {
      attachedTo: `task${suffix}`,
      interrupting: false,
      timer: { duration: `PT${hours}H` },
    })
    .endEvent('timer-end');
}

const mappings = ['job', 'broken', 'task', 'message', 'signal', 'timer'].map((id) => ({
  from: id,
  to: `${id}2`,
}));

describe('a migration of a stored instance', () => {
  const test = useRuntime();
  const migrate = (id: string, input: Parameters<typeof test.runtime.migrateProcessInstance>[2]) =>
    test.runtime.migrateProcessInstance(context, id, input);
  const deployed = async (process: ReturnType<typeof bpmn>) =>
    (await test.deploy(process)).processDefinitions[0]?.processDefinitionId ?? '';

  it('takes every row along, and goes on after a restart', async () => {
    const source = await deployed(model());
    const { processInstanceId: id } = await test.start('p');
    const held = await test.takeOne('work');
    const target = await deployed(model('2'));
    const migrated = ok(await migrate(id, { targetProcessDefinitionId: target, mappings }));
    assert.deepEqual(migrated, {
      processInstanceId: id,
      sourceProcessDefinitionId: source,
      targetProcessDefinitionId: target,
      dryRun: false,
    });
    const row = await test.instance(id);
    assert.deepEqual([row.processDefinitionId, row.version], [target, 2]);
    const tables = await test.tables();
    for (const table of ['job', 'timer', 'user_task', 'incident'] as const) {
      for (const stored of tables[table]) {
        assert.equal(stored['process_definition_id'], target, table);
        assert.match(String(stored['element_id']), /2$/, table);
      }
    }
    ok(await test.runtime.deleteProcessDefinition(context, source));
    await test.restart();
    ok(await test.runtime.completeJob(context, held.jobId, { fence: held.fence }));
    await test.pass(3_600_000);
    ok(await test.runtime.setVariables(context, id, { variables: { kind: 'other' } }));
    const [incident] = await test.openIncidents();
    ok(await test.runtime.resolveIncident(context, incident?.incidentId ?? ''));
    await test.work('other');
    const [task] = await test.userTasks();
    ok(await test.runtime.completeUserTask(context, task?.userTaskId ?? '', {}));
    ok(await test.runtime.publishMessage(context, { name: 'told', correlationKey: 'k' }));
    ok(await test.runtime.broadcastSignal(context, { name: 'heard' }));
    await test.rest();
    assert.equal((await test.instance(id)).state.status, 'completed');
    const ended = (await test.path(id)).filter((step) => step.startsWith('timer'));
    assert.deepEqual(ended, ['timer2:completed', 'timer-end:completed']);
  });

  it('is counted by the statistics of the definition that it goes on by', async () => {
    const source = await deployed(model());
    const { processInstanceId: id } = await test.start('p');
    const target = await deployed(model('2'));
    ok(await migrate(id, { targetProcessDefinitionId: target, mappings }));
    const active = async (definition: string) =>
      (await test.runtime.queries.elementStatistics(context.tenantId, definition)).flatMap((element) =>
        element.active > 0 ? [`${element.elementId} ${element.incidents}`] : [],
      );
    assert.deepEqual(await active(source), []);
    assert.deepEqual(await active(target), ['broken2 1', 'job2 0', 'message2 0', 'signal2 0', 'task2 0']);
  });

  it('only says whether it can be done, when that is asked', async () => {
    await deployed(model());
    const { processInstanceId: id } = await test.start('p');
    const target = await deployed(model('2'));
    const before = await test.tables();
    const input = { targetProcessDefinitionId: target, dryRun: true };
    assert.equal(ok(await migrate(id, { ...input, mappings })).dryRun, true);
    refusal(await migrate(id, input), 'invalid-state');
    const refused = await migrate(id, { targetProcessDefinitionId: target });
    assert.ok(!refused.ok);
    assert.deepEqual(
      refused.problem.errors?.map(({ elementId }) => elementId),
      ['job', 'broken', 'task', 'message', 'signal'],
    );
    assert.deepEqual(await test.tables(), before);
  });

  it('arms anew what has changed, also in an instance that is suspended, where it waits', async () => {
    await deployed(model());
    const { processInstanceId: id } = await test.start('p');
    ok(await test.runtime.suspendProcessInstance(context, id));
    const target = await deployed(model('', 2));
    ok(await migrate(id, { targetProcessDefinitionId: target }));
    await test.pass(3 * 3_600_000);
    assert.equal((await test.path(id)).filter((step) => step.startsWith('timer')).length, 0);
    ok(await test.runtime.resumeProcessInstance(context, id));
    await test.rest();
    assert.equal((await test.path(id)).filter((step) => step.startsWith('timer-end')).length, 1);
  });

  it('finds the message that is kept for a subscription that it opens', async () => {
    const waiting = (name: string) =>
      bpmn('q')
        .startEvent('start')
        .intermediateCatchEvent('catch', { message: { name, correlationKey: '="k"' } })
        .endEvent('end');
    await deployed(waiting('old'));
    const { processInstanceId: id } = await test.start('q');
    const message = { name: 'new', correlationKey: 'k', timeToLiveMs: 60_000 };
    ok(await test.runtime.publishMessage(context, message));
    ok(await migrate(id, { targetProcessDefinitionId: await deployed(waiting('new')) }));
    assert.equal((await test.instance(id)).state.status, 'completed');
  });

  it('finds it after a suspension too', async () => {
    const waiting = (name: string) =>
      bpmn('q')
        .startEvent('start')
        .intermediateCatchEvent('catch', { message: { name, correlationKey: '="k"' } })
        .endEvent('end');
    await deployed(waiting('old'));
    const { processInstanceId: id } = await test.start('q');
    const message = { name: 'new', correlationKey: 'k', timeToLiveMs: 60_000 };
    ok(await test.runtime.publishMessage(context, message));
    ok(await test.runtime.suspendProcessInstance(context, id));
    ok(await migrate(id, { targetProcessDefinitionId: await deployed(waiting('new')) }));
    assert.equal((await test.instance(id)).state.status, 'active');
    ok(await test.runtime.resumeProcessInstance(context, id));
    assert.equal((await test.instance(id)).state.status, 'completed');
  });

  it('leaves what was called as it is, which answers as before', async () => {
    const caller = (id: string) =>
      bpmn('caller').startEvent('start').callActivity(id, { processId: 'called' }).endEvent('end');
    await test.deploy(bpmn('called').startEvent('start').userTask('task').endEvent('end'));
    await deployed(caller('call'));
    const { processInstanceId: id } = await test.start('caller');
    const target = await deployed(caller('call2'));
    ok(await migrate(id, { targetProcessDefinitionId: target, mappings: [{ from: 'call', to: 'call2' }] }));
    const [task] = await test.userTasks();
    ok(await test.runtime.completeUserTask(context, task?.userTaskId ?? '', {}));
    await test.rest();
    assert.equal((await test.instance(id)).state.status, 'completed');
  });

  it('is refused to a definition that there is not, or is another tenant’s', async () => {
    const definition = await deployed(model());
    const { processInstanceId: id } = await test.start('p');
    refusal(await migrate(id, { targetProcessDefinitionId: 'x' }), 'invalid-argument');
    refusal(await migrate('x', { targetProcessDefinitionId: definition }), 'not-found');
    const other = { tenantId: 'other', actor: 'x' };
    const input = { targetProcessDefinitionId: definition };
    refusal(await test.runtime.migrateProcessInstance(other, id, input), 'not-found');
  });
});
