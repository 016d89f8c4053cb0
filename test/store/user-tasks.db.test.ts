import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { SearchRequest } from '../../src/runtime/ports.js';
import { someTime, tenantId, userTaskRow } from './rows.js';
import { useTestStore } from './use-test-store.js';

describe('user tasks in the store', () => {
  const test = useTestStore();

  const find = async (request: Partial<SearchRequest>): Promise<readonly string[]> => {
    const search = { filter: {}, sort: [], page: { limit: 100 }, ...request };
    return (await test.store.queries.searchUserTasks(tenantId, search)).items.map(
      ({ userTaskId }) => userTaskId,
    );
  };

  it('answers a task as it was written', async () => {
    const full = userTaskRow({
      userTaskId: 'user-task-2',
      businessKey: 'order-7',
      name: 'Approve',
      assignee: 'ada',
      candidateUsers: ['ada', 'grace'],
      dueAt: someTime + 1,
      followUpAt: someTime + 2,
      formId: 'form',
      headers: { hint: 'be quick' },
    });
    await test.write((tx) => [userTaskRow(), full].forEach((row) => tx.userTasks.insert(row)));
    assert.deepEqual(await test.read((tx) => tx.userTasks.load(tenantId, 'user-task-1')), userTaskRow());
    assert.deepEqual(await test.store.queries.userTask(tenantId, 'user-task-2'), full);
    assert.equal(await test.read((tx) => tx.userTasks.load('tenant-2', 'user-task-1')), undefined);
    assert.equal(await test.store.queries.userTask(tenantId, 'user-task-3'), undefined);
  });

  it('saves assignee, candidates, dates and priority, and finds the task by the new ones', async () => {
    await test.write((tx) => tx.userTasks.insert(userTaskRow()));
    const changed = userTaskRow({
      assignee: 'grace',
      candidateGroups: ['bosses', 'bosses', 'auditors'],
      candidateUsers: ['ada'],
      dueAt: someTime + 7,
      followUpAt: someTime + 6,
      priority: 80,
    });
    await test.write((tx) => tx.userTasks.save(changed));
    assert.deepEqual(await test.store.queries.userTask(tenantId, 'user-task-1'), changed);
    assert.deepEqual(await find({ candidateGroups: ['clerks'] }), []);
    assert.deepEqual(await find({ candidateGroups: ['bosses'] }), ['user-task-1']);
    assert.deepEqual(await find({ candidateUsers: ['ada'] }), ['user-task-1']);
    await test.write((tx) => tx.userTasks.save(userTaskRow()));
    assert.deepEqual(await test.store.queries.userTask(tenantId, 'user-task-1'), userTaskRow());
  });

  it('ends a task, which keeps its candidates', async () => {
    await test.write((tx) => tx.userTasks.insert(userTaskRow()));
    await test.write((tx) => tx.userTasks.end('user-task-1', 'completed', someTime + 3));
    const ended = userTaskRow({ state: 'completed', endedAt: someTime + 3 });
    assert.deepEqual(await test.store.queries.userTask(tenantId, 'user-task-1'), ended);
    assert.deepEqual(await find({ candidateGroups: ['clerks'] }), ['user-task-1']);
    assert.deepEqual(await find({ candidateGroups: ['clerks'], filter: { state: { $eq: 'created' } } }), []);
    assert.deepEqual(await find({ candidateGroups: ['clerks'], filter: { state: { $eq: 'completed' } } }), [
      'user-task-1',
    ]);
  });

  it('finds tasks by candidates: any of those given, and both where groups and users are given', async () => {
    const insert: readonly (readonly [string, readonly string[], readonly string[]])[] = [
      ['a', ['clerks'], []],
      ['b', ['clerks', 'bosses'], ['ada']],
      ['c', [], ['ada', 'grace']],
      ['d', [], []],
    ];
    await test.write((tx) => {
      for (const [userTaskId, candidateGroups, candidateUsers] of insert) {
        tx.userTasks.insert(userTaskRow({ userTaskId, candidateGroups, candidateUsers }));
      }
      const foreign = { tenantId: 'tenant-2', candidateGroups: ['clerks'], candidateUsers: ['ada'] };
      tx.userTasks.insert(userTaskRow({ userTaskId: 'x', ...foreign }));
    });
    assert.deepEqual(await find({ candidateGroups: ['clerks'] }), ['a', 'b']);
    assert.deepEqual(await find({ candidateGroups: ['bosses', 'clerks'] }), ['a', 'b']);
    assert.deepEqual(await find({ candidateUsers: ['grace', 'ada'] }), ['b', 'c']);
    assert.deepEqual(await find({ candidateGroups: ['clerks'], candidateUsers: ['ada'] }), ['b']);
    assert.deepEqual(await find({ candidateGroups: [] }), []);
    assert.deepEqual(await find({}), ['a', 'b', 'c', 'd']);
  });
});
