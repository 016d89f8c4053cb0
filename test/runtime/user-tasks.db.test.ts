import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { oneUserTask } from './models.js';
import { all, context, ok, refusal, useRuntime } from './use-runtime.js';

describe('user tasks', () => {
  const test = useRuntime();
  const open = async (): Promise<string> => {
    await test.deploy(oneUserTask());
    await test.start('ask');
    return (await test.userTasks())[0]?.userTaskId ?? '';
  };
  const task = async (id: string) => {
    const row = await test.runtime.queries.userTask(context.tenantId, id);
    assert.ok(row);
    return row;
  };
  const anna = { ...context, actor: 'anna' };

  it('are made with what the model says', async () => {
    await test.deploy(
      bpmn('p')
        .startEvent('start')
        .userTask('task', {
          name: 'Check it',
          assignee: '=who',
          candidateGroups: '=["a", "b"]',
          candidateUsers: 'x, y',
          dueDate: '=due',
          followUpDate: '2027-01-01T00:00:00Z',
          priority: '=70',
          formId: 'form-1',
          headers: { colour: 'red' },
        })
        .endEvent('end'),
    );
    const started = await test.start('p', { who: 'bob', due: 'P1D' }, { businessKey: 'b1' });
    const [row] = await test.userTasks();
    const { userTaskId, elementInstanceKey, userTaskKey, ...rest } = row ?? assert.fail('Expected a task.');
    assert.equal(userTaskId, `${started.processInstanceId}-${userTaskKey}`);
    assert.ok(elementInstanceKey > 0);
    assert.deepEqual(rest, {
      tenantId: context.tenantId,
      processInstanceId: started.processInstanceId,
      processDefinitionId: started.processDefinitionId,
      bpmnProcessId: 'p',
      businessKey: 'b1',
      elementId: 'task',
      name: 'Check it',
      state: 'created',
      assignee: 'bob',
      candidateGroups: ['a', 'b'],
      candidateUsers: ['x', 'y'],
      dueAt: test.clock.now() + 86_400_000,
      followUpAt: Date.parse('2027-01-01T00:00:00Z'),
      priority: 70,
      formId: 'form-1',
      headers: { colour: 'red' },
      createdAt: test.clock.now(),
    });
  });

  it('are claimed by who asks or for somebody, by one only, and given back', async () => {
    const id = await open();
    ok(await test.runtime.claimUserTask(anna, id, {}));
    assert.equal((await task(id)).assignee, 'anna');
    ok(await test.runtime.claimUserTask(anna, id, {}));
    assert.match(
      refusal(await test.runtime.claimUserTask(context, id, { assignee: 'bob' }), 'invalid-state'),
      /anna/,
    );
    ok(await test.runtime.unclaimUserTask(context, id));
    assert.equal((await task(id)).assignee, undefined);
    ok(await test.runtime.claimUserTask(context, id, { assignee: 'bob' }));
    assert.equal((await task(id)).assignee, 'bob');
  });

  it('claimed by many at once go to one', async () => {
    const id = await open();
    const claims = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        test.runtime.claimUserTask(context, id, { assignee: `person-${index}` }),
      ),
    );
    assert.equal(claims.filter(({ ok: done }) => done).length, 1);
    assert.equal((await task(id)).assignee, `person-${claims.findIndex(({ ok: done }) => done)}`);
  });

  it('are completed with variables, and are then over', async () => {
    const id = await open();
    ok(await test.runtime.completeUserTask(context, id, { variables: { yes: true } }));
    const row = await task(id);
    assert.deepEqual([row.state, row.endedAt], ['completed', test.clock.now()]);
    assert.deepEqual(await test.variables(row.processInstanceId), { yes: true });
    const before = await test.tables();
    refusal(await test.runtime.completeUserTask(context, id, {}), 'invalid-state');
    refusal(await test.runtime.claimUserTask(context, id, {}), 'invalid-state');
    refusal(await test.runtime.unclaimUserTask(context, id), 'invalid-state');
    refusal(await test.runtime.updateUserTask(context, id, { priority: 1 }), 'invalid-state');
    refusal(await test.runtime.throwUserTaskError(context, id, { errorCode: 'x' }), 'invalid-state');
    assert.deepEqual(await test.tables(), before);
  });

  it('are canceled with what they belong to', async () => {
    const id = await open();
    const { processInstanceId } = await task(id);
    ok(await test.runtime.cancelProcessInstance(context, processInstanceId));
    assert.equal((await task(id)).state, 'canceled');
    refusal(await test.runtime.completeUserTask(context, id, {}), 'invalid-state');
  });

  it('completed by two at once end once, with the variables of one', async () => {
    for (let round = 0; round < 10; round++) {
      await test.deploy(oneUserTask());
      const { processInstanceId } = await test.start('ask');
      const id =
        (await test.userTasks()).find((row) => row.processInstanceId === processInstanceId)?.userTaskId ?? '';
      const results = await Promise.all(
        ['a', 'b'].map((who) => test.runtime.completeUserTask(context, id, { variables: { who } })),
      );
      const winner = results.findIndex(({ ok: done }) => done);
      assert.equal(results.filter(({ ok: done }) => done).length, 1);
      refusal(results[1 - winner] ?? assert.fail(), 'invalid-state');
      assert.deepEqual(await test.variables(processInstanceId), { who: ['a', 'b'][winner] });
    }
  });

  it('completed and canceled at once are one of both', async () => {
    const id = await open();
    const { processInstanceId } = await task(id);
    const [completed, canceled] = await Promise.all([
      test.runtime.completeUserTask(context, id, {}),
      test.runtime.cancelProcessInstance(context, processInstanceId),
    ]);
    assert.notEqual(completed.ok, canceled.ok);
    assert.equal((await task(id)).state, completed.ok ? 'completed' : 'canceled');
  });

  it('completed and claimed at once stay sound', async () => {
    for (let round = 0; round < 10; round++) {
      await test.deploy(oneUserTask());
      const { processInstanceId } = await test.start('ask');
      const id =
        (await test.userTasks()).find((row) => row.processInstanceId === processInstanceId)?.userTaskId ?? '';
      const [, completed] = await Promise.all([
        test.runtime.claimUserTask(context, id, {}),
        test.runtime.completeUserTask(context, id, {}),
        test.runtime.updateUserTask(context, id, { candidateGroups: ['x'] }),
      ]);
      ok(completed);
      assert.equal((await task(id)).state, 'completed');
    }
  });

  it('are changed field by field; null takes away, absent leaves', async () => {
    const id = await open();
    const update = (change: Parameters<typeof test.runtime.updateUserTask>[2]) =>
      test.runtime.updateUserTask(context, id, change).then(ok);
    await update({
      assignee: 'bob',
      dueAt: 5,
      followUpAt: 6,
      priority: 7,
      candidateGroups: ['g'],
      candidateUsers: ['u'],
    });
    const changed = await task(id);
    await update({});
    assert.deepEqual(await task(id), changed);
    assert.deepEqual(
      [
        changed.assignee,
        changed.dueAt,
        changed.followUpAt,
        changed.priority,
        changed.candidateGroups,
        changed.candidateUsers,
      ],
      ['bob', 5, 6, 7, ['g'], ['u']],
    );
    await update({ assignee: null, dueAt: null, followUpAt: null, candidateGroups: [] });
    const cleared = await task(id);
    assert.deepEqual(
      [cleared.assignee, cleared.dueAt, cleared.followUpAt, cleared.priority, cleared.candidateGroups],
      [undefined, undefined, undefined, 7, []],
    );
    const search = async (candidateGroups: readonly string[]) =>
      (await test.runtime.queries.searchUserTasks(context.tenantId, { ...all, candidateGroups })).items
        .length;
    await update({ candidateGroups: ['new', 'new'] });
    assert.deepEqual([await search(['g']), await search(['new'])], [0, 1]);
  });

  it('take an update whose fields are undefined as one that leaves them', async () => {
    const id = await open();
    const before = await task(id);
    const update = {
      candidateGroups: undefined,
      candidateUsers: undefined,
      priority: undefined,
      dueAt: undefined,
    };
    ok(await test.runtime.updateUserTask(context, id, update));
    assert.deepEqual(await task(id), before);
  });

  describe('that throw a BPMN error', () => {
    it('take the flow of what catches it', async () => {
      await test.deploy(
        bpmn('p')
          .startEvent('start')
          .userTask('task')
          .endEvent('end')
          .boundaryEvent('no', { attachedTo: 'task', error: 'NO' })
          .endEvent('refused'),
      );
      const { processInstanceId } = await test.start('p');
      const [row] = await test.userTasks();
      const id = row?.userTaskId ?? '';
      ok(await test.runtime.throwUserTaskError(context, id, { errorCode: 'NO', variables: { why: 'x' } }));
      assert.ok((await test.path(processInstanceId)).includes('refused:completed'));
      assert.deepEqual(
        [(await task(id)).state, await test.variables(processInstanceId)],
        ['canceled', { why: 'x' }],
      );
    });

    it('are told when nothing catches it, and stay open', async () => {
      const id = await open();
      const before = await test.tables();
      refusal(await test.runtime.throwUserTaskError(context, id, { errorCode: 'NO' }), 'invalid-state');
      assert.deepEqual(await test.tables(), before);
    });
  });

  it('that nobody knows are not found, whatever their id looks like', async () => {
    const id = await open();
    const instanceId = id.slice(0, 36);
    for (const unknown of ['', 'x', `${instanceId}-999`, `${instanceId}-0`, instanceId, 'a\0b', '\ud800']) {
      refusal(await test.runtime.claimUserTask(context, unknown, {}), 'not-found');
      refusal(await test.runtime.unclaimUserTask(context, unknown), 'not-found');
      refusal(await test.runtime.completeUserTask(context, unknown, {}), 'not-found');
      refusal(await test.runtime.throwUserTaskError(context, unknown, { errorCode: 'x' }), 'not-found');
      refusal(await test.runtime.updateUserTask(context, unknown, {}), 'not-found');
    }
  });
});
