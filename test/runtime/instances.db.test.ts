import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { oneJob, oneUserTask } from './models.js';
import { context, ok, refusal, useRuntime } from './use-runtime.js';

describe('a process instance', () => {
  const test = useRuntime();
  const unknownIds = ['', 'x', 'a\0b', '\ud800', '01890a5d-ac96-774b-bcce-b302099a8057', "' OR ''='"];

  it('is canceled with everything inside, once', async () => {
    await test.deploy(
      bpmn('p')
        .startEvent('start')
        .subProcess('sub', (inner) => inner.startEvent('s').userTask('task').endEvent('e'))
        .endEvent('end')
        .boundaryEvent('late', { attachedTo: 'sub', timer: { duration: 'PT1H' } })
        .endEvent('given-up')
        .boundaryEvent('told', { attachedTo: 'sub', message: { name: 'm', correlationKey: 'k' } })
        .endEvent('told-end')
        .boundaryEvent('heard', { attachedTo: 'sub', signal: 's' })
        .endEvent('heard-end'),
    );
    const { processInstanceId } = await test.start('p');
    ok(await test.runtime.cancelProcessInstance(context, processInstanceId));
    const row = await test.instance(processInstanceId);
    assert.deepEqual([row.state.status, row.endedAt], ['canceled', test.clock.now()]);
    const tables = await test.tables();
    for (const table of ['timer', 'message_subscription', 'signal_subscription', 'job'] as const) {
      assert.deepEqual(tables[table], []);
    }
    refusal(await test.runtime.cancelProcessInstance(context, processInstanceId), 'invalid-state');
    assert.deepEqual(await test.tables(), tables);
  });

  it('that nobody knows is not found, whatever its id looks like', async () => {
    for (const id of unknownIds) {
      refusal(await test.runtime.cancelProcessInstance(context, id), 'not-found');
      refusal(await test.runtime.setVariables(context, id, { variables: {} }), 'not-found');
      refusal(await test.runtime.variables(context.tenantId, id), 'not-found');
      assert.equal(await test.runtime.queries.processInstance(context.tenantId, id), undefined);
    }
  });

  it('keeps its variables after the end', async () => {
    await test.deploy(oneUserTask());
    const { processInstanceId } = await test.start('ask', { a: 1 });
    ok(await test.runtime.cancelProcessInstance(context, processInstanceId));
    assert.deepEqual(await test.variables(processInstanceId), { a: 1 });
    refusal(
      await test.runtime.setVariables(context, processInstanceId, { variables: { a: 2 } }),
      'invalid-state',
    );
  });

  it('shows and takes variables scope by scope', async () => {
    await test.deploy(
      bpmn('p')
        .startEvent('start')
        .userTask('task', { inputs: { local: '=outer' } })
        .endEvent('end'),
    );
    const { processInstanceId } = await test.start('p', { outer: 1 });
    const { items } = await test.runtime.queries.elementInstances(context.tenantId, processInstanceId, {
      limit: 9,
    });
    const [started, task] = items.map(({ elementInstanceId }) => elementInstanceId);
    const seen = async (scope?: string) =>
      ok(await test.runtime.variables(context.tenantId, processInstanceId, scope));
    assert.deepEqual([await seen(), await seen(task)], [{ outer: 1 }, { outer: 1, local: 1 }]);
    const scoped = { variables: { local: 2, 'a b': null }, scopeElementInstanceId: task ?? '' };
    ok(await test.runtime.setVariables(context, processInstanceId, scoped));
    ok(await test.runtime.setVariables(context, processInstanceId, { variables: { outer: [2] } }));
    assert.deepEqual(
      [await seen(), await seen(task)],
      [{ outer: [2] }, { outer: [2], local: 2, 'a b': null }],
    );
    const wrong = [
      started ?? '',
      `${processInstanceId}-99`,
      ...unknownIds,
      '01890a5d-ac96-774b-bcce-b302099a8057-1',
    ];
    for (const scopeElementInstanceId of wrong) {
      const input = { variables: { x: 1 }, scopeElementInstanceId };
      refusal(await test.runtime.setVariables(context, processInstanceId, input), 'not-found');
      refusal(
        await test.runtime.variables(context.tenantId, processInstanceId, scopeElementInstanceId),
        'not-found',
      );
    }
  });

  it('takes fifty commands at once, each on what the one before has left', async () => {
    await test.deploy(oneUserTask());
    const { processInstanceId } = await test.start('ask');
    const names = Array.from({ length: 50 }, (_, index) => `v${index}`);
    await Promise.all(
      names.map(async (name) =>
        ok(
          await test.runtime.setVariables(context, processInstanceId, {
            variables: { [name]: name, last: name },
          }),
        ),
      ),
    );
    const { last, ...variables } = await test.variables(processInstanceId);
    assert.deepEqual(Object.keys(variables).sort(), [...names].sort());
    assert.ok(names.includes(String(last)));
    assert.equal((await test.instance(processInstanceId)).revision, 51);
    const { items } = await test.runtime.queries.history(context.tenantId, processInstanceId, {
      limit: 1000,
    });
    assert.equal(items.length, 51);
  });

  it('takes fifty commands of every kind at once and stays sound', async () => {
    await test.deploy(
      bpmn('p')
        .startEvent('start')
        .parallelGateway('fork')
        .userTask('task')
        .endEvent('e1')
        .at('fork')
        .serviceTask('job', { type: 'work' })
        .endEvent('e2')
        .at('fork')
        .intermediateCatchEvent('msg', { message: { name: 'm', correlationKey: 'k' } })
        .endEvent('e3')
        .at('fork')
        .intermediateCatchEvent('sig', { signal: 's' })
        .endEvent('e4')
        .at('fork')
        .intermediateCatchEvent('time', { timer: { duration: 'PT1H' } })
        .endEvent('e5'),
    );
    for (let round = 0; round < 5; round++) {
      const { processInstanceId } = await test.start('p');
      const task =
        (await test.userTasks()).find((row) => row.processInstanceId === processInstanceId)?.userTaskId ?? '';
      const { jobId, fence } = await test.takeOne('work');
      const [timer] = await test.runtime.queries.timersOf(context.tenantId, processInstanceId);
      const commands = [
        () => test.runtime.completeUserTask(context, task, {}),
        () => test.runtime.completeJob(context, jobId, { fence }),
        () => test.runtime.correlateMessage(context, { name: 'm', correlationKey: 'k' }),
        () => test.runtime.broadcastSignal(context, { name: 's' }),
        () => test.runtime.triggerTimer(context, processInstanceId, timer?.timerId ?? ''),
        () => test.runtime.setVariables(context, processInstanceId, { variables: { x: 1 } }),
        () => test.runtime.claimUserTask(context, task, {}),
        () => test.runtime.extendJob(context, jobId, { timeoutMs: 1000 }),
        () => test.runtime.updateJob(context, jobId, { retries: 2 }),
        () => test.take('work'),
      ];
      await Promise.all(Array.from({ length: 50 }, async (_, index) => commands[(index * 7) % 10]?.()));
      await test.rest();
      assert.equal((await test.instance(processInstanceId)).state.status, 'completed');
    }
  });

  it('with 200 jobs that are completed at once does each once, and its join passes once', async () => {
    const branches = 200;
    const model = bpmn('p').startEvent('start').parallelGateway('fork');
    for (let index = 0; index < branches; index++) {
      model.at('fork').serviceTask(`t${index}`, { type: 'work' });
      if (index === 0) model.parallelGateway('join').serviceTask('after', { type: 'after' }).endEvent('end');
      else model.connectTo('join');
    }
    await test.deploy(model);
    const { processInstanceId } = await test.start('p');
    const jobs = await test.take('work', { maxJobs: branches });
    assert.equal(jobs.length, branches);
    const results = await Promise.all(
      jobs.flatMap(({ jobId, fence, elementId }) => [
        test.runtime.completeJob(context, jobId, { fence, variables: { [elementId]: true } }),
        test.runtime.completeJob(context, jobId, { fence }),
      ]),
    );
    assert.equal(results.filter(({ ok: done }) => done).length, branches);
    await test.work('after');
    assert.equal((await test.instance(processInstanceId)).state.status, 'completed');
    const joined = (await test.path(processInstanceId)).filter((step) => step.startsWith('join:'));
    assert.deepEqual(joined, ['join:completed']);
  });

  it('row 7: parallel join, all branches completed at once, a thousand times: the join passes exactly once', async () => {
    await test.deploy(
      bpmn('p')
        .startEvent('start')
        .exclusiveGateway('again')
        .parallelGateway('fork')
        .serviceTask('a', { type: 'work' })
        .parallelGateway('join')
        .connectTo('again')
        .at('fork')
        .serviceTask('b', { type: 'work' })
        .connectTo('join'),
    );
    const instances = 50;
    const rounds = 20;
    await Promise.all(
      Array.from({ length: instances }, () =>
        test.runtime.startProcessInstance(context, { bpmnProcessId: 'p' }),
      ),
    );
    for (let round = 0; round < rounds; round++) {
      const jobs = await test.take('work', { maxJobs: 1000 });
      assert.equal(
        jobs.length,
        2 * instances,
        `Expected each join to have passed once after round ${round}.`,
      );
      const done = await Promise.all(
        jobs.map(({ jobId, fence }) => test.runtime.completeJob(context, jobId, { fence })),
      );
      done.forEach(ok);
    }
    assert.equal((await test.jobs()).length, 2 * instances);
  }).timeout(60_000);

  it('tells its history: every command with who asked and what happened', async () => {
    await test.deploy(oneJob());
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const started = ok(
      await test.runtime.startProcessInstance(
        { ...context, actor: 'anna', traceparent },
        { bpmnProcessId: 'work' },
      ),
    );
    await test.work('work');
    const { items } = await test.runtime.queries.history(context.tenantId, started.processInstanceId, {
      limit: 10,
    });
    assert.deepEqual(
      items.map(({ actor, command }) => [actor, command]),
      [
        ['anna', 'startProcessInstance'],
        ['tester', 'completeJob'],
      ],
    );
    assert.equal((await test.tables()).journal[0]?.['traceparent'], traceparent);
  });
});
