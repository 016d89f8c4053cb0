import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { getProcessInstance, getVariables } from '../../src/contract/process-instances.js';
import {
  claimUserTask,
  completeUserTask,
  getUserTask,
  searchUserTasks,
  throwUserTaskError,
  unclaimUserTask,
  updateUserTask,
} from '../../src/contract/user-tasks.js';
import { searchIncidents } from '../../src/contract/incidents.js';
import { searchJobs } from '../../src/contract/jobs.js';
import { bpmn } from '../support/bpmn-builder.js';
import { call, refused, send } from '../support/contract-client.js';
import type { TestServer } from '../support/server.js';
import { deployed, started, useServer } from './use-server.js';

const review = bpmn('review')
  .startEvent('s')
  .userTask('check', {
    name: 'Check it',
    candidateGroups: 'sales, legal',
    candidateUsers: 'ann',
    formId: 'form-1',
  })
  .endEvent('e')
  .boundaryEvent('wrong', { attachedTo: 'check', error: 'E-1' })
  .endEvent('rejected');

describe('user tasks over REST', () => {
  const server = useServer();

  it('are found with everything a task list shows', async () => {
    await deployed(server(), review);
    const processInstanceId = await started(server(), 'review', { businessKey: 'A-1' });
    const params = { userTaskId: await onlyTask(server()) };
    const task = await call(server(), getUserTask, 200, { params });
    assert.deepEqual(
      [task.name, task.state, task.formId, task.businessKey, task.processInstanceId, task.bpmnProcessId],
      ['Check it', 'created', 'form-1', 'A-1', processInstanceId, 'review'],
    );
    assert.deepEqual([task.candidateGroups, task.candidateUsers], [['sales', 'legal'], ['ann']]);
    assert.equal(task.createdAt, '2026-01-01T00:00:00.000Z');
  });

  it('are searched by candidates and fields', async () => {
    await deployed(server(), review);
    await started(server(), 'review');
    const count = async (filter: object) =>
      (await call(server(), searchUserTasks, 200, { body: { filter } })).page.totalItems;
    assert.equal(await count({ candidateGroups: 'legal' }), 1);
    assert.equal(await count({ candidateGroups: ['it', 'sales'], state: 'created' }), 1);
    assert.equal(await count({ candidateGroups: ['it'] }), 0);
    assert.equal(await count({ candidateUsers: ['ann'], assignee: { $exists: false } }), 1);
    assert.equal(await count({ candidateUsers: 'bob' }), 0);
    assert.equal(await count({ elementId: 'check', priority: { $gte: 0 } }), 1);
  });

  it('are claimed, given back and completed', async () => {
    await deployed(server(), review);
    const processInstanceId = await started(server(), 'review');
    const params = { userTaskId: await onlyTask(server()) };
    const assignee = async () => (await call(server(), getUserTask, 200, { params })).assignee;

    await call(server(), claimUserTask, 204, { params });
    assert.equal(await assignee(), 'admin');
    await refused(server(), claimUserTask, 'invalid-state', { params, body: { assignee: 'bob' } });
    await call(server(), unclaimUserTask, 204, { params });
    assert.equal(await assignee(), undefined);
    await call(server(), claimUserTask, 204, { params, body: { assignee: 'bob' } });
    assert.equal(await assignee(), 'bob');

    const complete = { params, body: { variables: { ok: true } }, headers: { 'idempotency-key': 'c' } };
    await call(server(), completeUserTask, 204, complete);
    assert.equal(
      (await send(server(), completeUserTask, complete)).headers.get('idempotent-replayed'),
      'true',
    );
    await refused(server(), completeUserTask, 'invalid-state', { params });
    const task = await call(server(), getUserTask, 200, { params });
    assert.deepEqual([task.state, task.endedAt], ['completed', '2026-01-01T00:00:00.000Z']);
    const instance = { params: { processInstanceId } };
    assert.equal((await call(server(), getProcessInstance, 200, instance)).state, 'completed');
    assert.deepEqual((await call(server(), getVariables, 200, instance)).variables, { ok: true });
  });

  it('throw errors that the process catches', async () => {
    await deployed(server(), review);
    const processInstanceId = await started(server(), 'review');
    const params = { userTaskId: await onlyTask(server()) };
    await call(server(), throwUserTaskError, 204, {
      params,
      body: { errorCode: 'E-1', errorMessage: 'No.' },
    });
    const { state } = await call(server(), getProcessInstance, 200, { params: { processInstanceId } });
    assert.equal(state, 'completed');
    await refused(server(), throwUserTaskError, 'invalid-state', { params, body: { errorCode: 'E-1' } });
  });

  it('are changed, and lose values by null', async () => {
    await deployed(server(), review);
    await started(server(), 'review');
    const params = { userTaskId: await onlyTask(server()) };
    const body = {
      assignee: 'ann',
      candidateGroups: ['it'],
      dueAt: '2026-02-01T09:00:00.5+01:00',
      priority: 7,
    };
    await call(server(), updateUserTask, 204, { params, body });
    const changed = await call(server(), getUserTask, 200, { params });
    assert.deepEqual(
      [changed.assignee, changed.candidateGroups, changed.candidateUsers, changed.dueAt, changed.priority],
      ['ann', ['it'], ['ann'], '2026-02-01T08:00:00.500Z', 7],
    );
    await call(server(), updateUserTask, 204, { params, body: { assignee: null, dueAt: null } });
    const cleared = await call(server(), getUserTask, 200, { params });
    assert.deepEqual([cleared.assignee, cleared.dueAt, cleared.priority], [undefined, undefined, 7]);
  });

  it('are found by their element instance, and by no other', async () => {
    await deployed(server(), review);
    const processInstanceId = await started(server(), 'review');
    await started(server(), 'review');
    const found = async (filter: object) =>
      (await call(server(), searchUserTasks, 200, { body: { filter } })).items;
    const [task] = await found({ processInstanceId });
    const elementInstanceId = task?.elementInstanceId ?? '';
    assert.deepEqual(await found({ elementInstanceId }), [task]);
    assert.deepEqual(await found({ elementInstanceId, processInstanceId }), [task]);
    for (const filter of [
      { elementInstanceId: 'x' },
      { elementInstanceId: `${processInstanceId}-1` },
      { elementInstanceId, processInstanceId: 'x' },
      { elementInstanceId, processInstanceId: { $in: ['x', 'y'] } },
    ]) {
      assert.deepEqual(await found(filter), []);
    }
    const body = { filter: { elementInstanceId } };
    assert.deepEqual((await call(server(), searchJobs, 200, { body })).items, []);
    assert.deepEqual((await call(server(), searchIncidents, 200, { body })).items, []);
  });

  it('are not found by an unknown id', async () => {
    const params = { userTaskId: 'no-such-id' };
    for (const operation of [getUserTask, claimUserTask, unclaimUserTask, completeUserTask]) {
      await refused(server(), operation, 'not-found', { params });
    }
    await refused(server(), throwUserTaskError, 'not-found', { params, body: { errorCode: 'E' } });
    await refused(server(), updateUserTask, 'not-found', { params, body: { priority: 1 } });
  });
});

async function onlyTask(server: TestServer): Promise<string> {
  const { items } = await call(server, searchUserTasks, 200);
  assert.equal(items.length, 1);
  return items[0]?.userTaskId ?? '';
}
