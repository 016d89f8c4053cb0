import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { oneCall, oneJob, oneMessage, oneSignal, oneTimer, oneUserTask } from './models.js';
import { context, ok, refusal, useRuntime } from './use-runtime.js';

describe('a suspended process instance', () => {
  const test = useRuntime();
  const suspend = (id: string) => test.runtime.suspendProcessInstance(context, id);
  const resume = async (id: string) => {
    ok(await test.runtime.resumeProcessInstance(context, id));
    await test.rest();
  };
  const status = async (id: string) => (await test.instance(id)).state.status;
  const hour = 3_600_000;

  it('is found by that, once, over a restart', async () => {
    await test.deploy(oneUserTask());
    const { processInstanceId: id } = await test.start('ask');
    await test.start('ask');
    ok(await suspend(id));
    await test.replaceRuntime();
    const found = async () => {
      const request = { filter: { suspended: { $eq: true } }, sort: [], page: { limit: 9 } };
      const { items } = await test.runtime.queries.searchProcessInstances(context.tenantId, request);
      return items.map(({ processInstanceId, suspended }) => [processInstanceId, suspended]);
    };
    assert.deepEqual(await found(), [[id, true]]);
    refusal(await suspend(id), 'invalid-state');
    const [task] = (await test.userTasks()).filter(({ processInstanceId }) => processInstanceId === id);
    const taskId = task?.userTaskId ?? '';
    refusal(await test.runtime.completeUserTask(context, taskId, {}), 'suspended');
    ok(await test.runtime.claimUserTask(context, taskId, {}));
    await resume(id);
    refusal(await test.runtime.resumeProcessInstance(context, id), 'invalid-state');
    assert.deepEqual(await found(), []);
    ok(await test.runtime.completeUserTask(context, taskId, {}));
    assert.equal(await status(id), 'completed');
  });

  it('does not fire its timers; those that came due fire when it is resumed', async () => {
    await test.deploy(oneTimer());
    const [late, other] = [await test.start('wait'), await test.start('wait')];
    const id = late.processInstanceId;
    ok(await suspend(id));
    await test.pass(2 * hour);
    assert.deepEqual([await status(id), await status(other.processInstanceId)], ['active', 'completed']);
    const [timer] = await test.runtime.queries.timersOf(context.tenantId, id);
    refusal(await test.runtime.triggerTimer(context, id, timer?.timerId ?? ''), 'suspended');
    await test.restart();
    await test.pass(hour);
    assert.equal(await status(id), 'active');
    await resume(id);
    assert.equal(await status(id), 'completed');
  });

  it('does not give out its jobs, also when a deadline or a back-off has passed', async () => {
    await test.deploy(oneJob());
    const ids = [];
    for (let index = 0; index < 3; index++) ids.push((await test.start('work')).processInstanceId);
    const [held, failing] = await test.take('work', { maxJobs: 2, timeoutMs: 1000 });
    for (const id of ids) ok(await suspend(id));
    assert.deepEqual(await test.take('work'), []);
    ok(await test.runtime.failJob(context, failing?.jobId ?? '', { errorMessage: 'down', backoffMs: 500 }));
    await test.pass(hour);
    assert.deepEqual(await test.take('work'), []);
    // Its deadline has passed, but nobody else has got it.
    ok(await test.runtime.completeJob(context, held?.jobId ?? '', { fence: held?.fence ?? 0 }));
    assert.deepEqual(
      (await test.jobs()).map(({ state }) => state),
      ['created', 'created'],
    );
    for (const id of ids) await resume(id);
    assert.equal(await status(held?.processInstanceId ?? ''), 'completed');
    assert.equal((await test.take('work')).length, 2);
  });

  it('wakes the workers that wait for its jobs when it is resumed', async () => {
    await test.deploy(oneJob());
    const { processInstanceId } = await test.start('work');
    ok(await suspend(processInstanceId));
    const poll = test.take('work', { requestTimeoutMs: hour });
    await test.rest();
    await resume(processInstanceId);
    assert.equal((await poll).length, 1);
  });

  it('offers a job again whose incident was resolved only when it is resumed', async () => {
    await test.deploy(oneJob('work', 'work', { retries: 1 }));
    const { processInstanceId } = await test.start('work');
    const { jobId } = await test.takeOne('work');
    ok(await suspend(processInstanceId));
    ok(await test.runtime.failJob(context, jobId, { errorMessage: 'down' }));
    const [incident] = await test.openIncidents();
    ok(await test.runtime.resolveIncident(context, incident?.incidentId ?? ''));
    assert.deepEqual(await test.take('work'), []);
    await resume(processInstanceId);
    assert.equal((await test.takeOne('work')).jobId, jobId);
  });

  it('gets a message that was for it when it is resumed, also one without a time to live', async () => {
    await test.deploy(oneMessage());
    const { processInstanceId: id } = await test.start('order', { order: 'A' });
    ok(await suspend(id));
    const message = { name: 'paid', correlationKey: 'A', variables: { sum: 1 } };
    refusal(await test.runtime.correlateMessage(context, message), 'suspended');
    const { outcome } = ok(await test.runtime.publishMessage(context, message));
    assert.equal(outcome, 'buffered');
    await test.restart();
    await test.pass(hour);
    assert.equal(await status(id), 'active');
    await resume(id);
    assert.deepEqual([await status(id), await test.variables(id)], ['completed', { order: 'A', sum: 1 }]);
  });

  it('leaves messages that it does not take to others, in order, each once', async () => {
    await test.deploy(oneMessage());
    const { processInstanceId: first } = await test.start('order', { order: 'A' });
    ok(await suspend(first));
    const publish = async (sum: number, more: object = {}) =>
      ok(
        await test.runtime.publishMessage(context, {
          name: 'paid',
          correlationKey: 'A',
          variables: { sum },
          ...more,
        }),
      );
    await publish(1, { timeToLiveMs: hour, messageId: 'one' });
    assert.equal((await publish(1, { timeToLiveMs: hour, messageId: 'one' })).duplicate, true);
    await publish(2, { timeToLiveMs: hour });
    await publish(3);
    await resume(first);
    assert.equal((await test.variables(first))['sum'], 1);
    const { processInstanceId: second } = await test.start('order', { order: 'A' });
    assert.equal((await test.variables(second))['sum'], 2);
    const { processInstanceId: third } = await test.start('order', { order: 'A' });
    assert.equal(await status(third), 'active', 'Expected the one without time to live to be gone.');
  });

  it('hands on the messages that were kept for it when it is canceled', async () => {
    await test.deploy(oneMessage());
    const { processInstanceId: first } = await test.start('order', { order: 'A' });
    const { processInstanceId: second } = await test.start('order', { order: 'A' });
    ok(await suspend(first));
    ok(await test.runtime.publishMessage(context, { name: 'paid', correlationKey: 'A' }));
    await test.rest();
    assert.equal(await status(second), 'active');
    ok(await test.runtime.cancelProcessInstance(context, first));
    await test.rest();
    assert.equal(await status(second), 'completed');
  });

  it('gets a signal that was broadcast meanwhile', async () => {
    await test.deploy(oneSignal());
    const { processInstanceId: id } = await test.start('listen');
    ok(await suspend(id));
    const signal = { name: 'go', variables: { x: 1 } };
    assert.equal(ok(await test.runtime.broadcastSignal(context, signal)).subscriptions, 1);
    await test.rest();
    await test.restart();
    assert.equal(await status(id), 'active');
    await resume(id);
    assert.deepEqual([await status(id), await test.variables(id)], ['completed', { x: 1 }]);
  });

  it('does not suspend what it called, and gets its end when it is resumed', async () => {
    await test.deploy(oneCall(), oneUserTask('called'));
    const { processInstanceId: id } = await test.start('caller');
    ok(await suspend(id));
    const [task] = await test.userTasks();
    ok(await test.runtime.completeUserTask(context, task?.userTaskId ?? '', { variables: { x: 1 } }));
    await test.rest();
    assert.equal(await status(task?.processInstanceId ?? ''), 'completed');
    assert.equal(await status(id), 'active');
    await resume(id);
    assert.equal(await status(id), 'completed');
  });

  it('is not called meanwhile: a call that is under way waits', async () => {
    await test.deploy(oneCall(), oneUserTask('called'));
    await test.replaceRuntime({ started: false });
    const started = ok(await test.runtime.startProcessInstance(context, { bpmnProcessId: 'caller' }));
    ok(await suspend(started.processInstanceId));
    test.runtime.start();
    await test.rest();
    assert.deepEqual(await test.userTasks(), []);
    await resume(started.processInstanceId);
    assert.equal((await test.userTasks()).length, 1);
  });

  it('takes variables, by scope too', async () => {
    await test.deploy(
      bpmn('p')
        .startEvent('start')
        .userTask('task', { inputs: { local: '=1' } })
        .endEvent('end'),
    );
    const { processInstanceId: id } = await test.start('p');
    ok(await suspend(id));
    const [task] = await test.userTasks();
    const scopeElementInstanceId = `${id}-${task?.elementInstanceKey}`;
    ok(await test.runtime.setVariables(context, id, { variables: { local: 2 }, scopeElementInstanceId }));
    ok(await test.runtime.setVariables(context, id, { variables: { a: 1 } }));
    const seen = ok(await test.runtime.variables(context.tenantId, id, scopeElementInstanceId));
    assert.deepEqual(seen, { a: 1, local: 2 });
  });
});

describe('deletion of a process instance', () => {
  const test = useRuntime();
  const remove = (id: string) => test.runtime.deleteProcessInstance(context, id);

  it('removes every row of one that has ended, and of no other', async () => {
    await test.deploy(oneUserTask(), oneJob('work', 'work', { retries: 1 }));
    const others = await test.tables();
    const { processInstanceId: id } = await test.start('ask', { a: 1, personal: 'data' });
    refusal(await remove(id), 'invalid-state');
    const [task] = await test.userTasks();
    ok(await test.runtime.completeUserTask(context, task?.userTaskId ?? '', {}));
    const failed = await test.start('work', { b: 2 });
    const { jobId } = await test.takeOne('work');
    ok(await test.runtime.failJob(context, jobId, { errorMessage: 'down' }));
    ok(await test.runtime.cancelProcessInstance(context, failed.processInstanceId));
    ok(await remove(failed.processInstanceId));
    ok(await remove(id));
    assert.deepEqual(await test.tables(), others);
    refusal(await remove(id), 'not-found');
    assert.equal(await test.runtime.queries.processInstance(context.tenantId, id), undefined);
  });

  it('removes what it called with it, and is refused while that is active', async () => {
    await test.deploy(oneCall('top', 'middle'), oneCall('middle', 'ask'), oneUserTask());
    const before = await test.tables();
    const { processInstanceId: id } = await test.start('top');
    await test.replaceRuntime({ started: false });
    ok(await test.runtime.cancelProcessInstance(context, id));
    assert.match(refusal(await remove(id), 'invalid-state'), /which ".*" called, to have ended/);
    test.runtime.start();
    await test.rest();
    ok(await remove(id));
    assert.deepEqual(await test.tables(), before);
  });

  it('of one that ended in the same moment removes it', async () => {
    await test.deploy(oneUserTask());
    const before = await test.tables();
    const { processInstanceId: id } = await test.start('ask');
    const outcomes = await Promise.all([
      test.runtime.cancelProcessInstance(context, id),
      remove(id),
      test.runtime.setVariables(context, id, { variables: { a: 1 } }),
      remove(id),
    ]);
    ok(outcomes[0]);
    ok(outcomes[1]);
    refusal(outcomes[2], 'not-found');
    refusal(outcomes[3], 'not-found');
    assert.deepEqual(await test.tables(), before);
  });

  it('does not find what is nobody’s, or another tenant’s', async () => {
    await test.deploy(oneUserTask());
    const { processInstanceId: id } = await test.start('ask');
    ok(await test.runtime.cancelProcessInstance(context, id));
    for (const unknown of ['', 'x', '01890a5d-ac96-774b-bcce-b302099a8057'])
      refusal(await remove(unknown), 'not-found');
    const other = { tenantId: 'other', actor: 'x' };
    refusal(await test.runtime.deleteProcessInstance(other, id), 'not-found');
    refusal(await test.runtime.suspendProcessInstance(other, id), 'not-found');
    assert.equal((await test.instance(id)).state.status, 'canceled');
  });
});
