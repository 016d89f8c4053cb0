import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  cancelProcessInstance,
  deleteProcessInstance,
  getProcessInstance,
  getVariables,
  resumeProcessInstance,
  searchProcessInstances,
  setVariables,
  startProcessInstance,
  suspendProcessInstance,
} from '../../src/contract/process-instances.js';
import { getHistory } from '../../src/contract/process-instance-history.js';
import { completeUserTask, searchUserTasks } from '../../src/contract/user-tasks.js';
import { bpmn } from '../support/bpmn-builder.js';
import { call, refused, send } from '../support/contract-client.js';
import { deployed, started, useServer } from './use-server.js';

const order = bpmn('order').startEvent('s').userTask('approve').endEvent('e');
const straight = bpmn('straight').startEvent('s').endEvent('e');
const unknown = { processInstanceId: 'no-such-id' };

describe('process instances over REST', () => {
  const server = useServer();

  it('are started by process, by definition and by version', async () => {
    const [first = ''] = await deployed(server(), order);
    const [second = ''] = await deployed(
      server(),
      bpmn('order').startEvent('s').userTask('other').endEvent('e'),
    );
    const start = (body: object) => call(server(), startProcessInstance, 201, { body });
    assert.equal((await start({ bpmnProcessId: 'order' })).processDefinitionId, second);
    assert.equal((await start({ bpmnProcessId: 'order', version: 1 })).processDefinitionId, first);
    const byDefinition = await start({ processDefinitionId: first, businessKey: 'A-1' });
    const { processInstanceId, ...rest } = byDefinition;
    assert.deepEqual(rest, {
      processDefinitionId: first,
      bpmnProcessId: 'order',
      version: 1,
      businessKey: 'A-1',
      state: 'active',
    });
    const { status, headers } = await send(server(), startProcessInstance, {
      body: { bpmnProcessId: 'order' },
    });
    assert.equal(status, 201);
    assert.match(headers.get('location') ?? '', /^\/v1\/process-instances\/[\da-f-]{36}$/);
    assert.notEqual(headers.get('location'), `/v1/process-instances/${processInstanceId}`);
  });

  it('are not started by what is not deployed', async () => {
    await deployed(server(), order);
    for (const body of [
      { bpmnProcessId: 'unknown' },
      { bpmnProcessId: 'order', version: 9 },
      { processDefinitionId: 'x' },
    ]) {
      await refused(server(), startProcessInstance, 'not-found', { body });
    }
  });

  it('answer their final variables when the caller awaits completion', async () => {
    await deployed(server(), straight);
    const body = { bpmnProcessId: 'straight', awaitCompletion: true, variables: { a: { b: [1, null] } } };
    const ended = await call(server(), startProcessInstance, 201, { body });
    assert.deepEqual([ended.state, ended.variables], ['completed', { a: { b: [1, null] } }]);
  });

  it('answer 202 when they still run at the time-out', async () => {
    await deployed(server(), order);
    const body = { bpmnProcessId: 'order', awaitCompletion: true, requestTimeoutMs: 0 };
    const running = await call(server(), startProcessInstance, 202, { body });
    assert.deepEqual([running.state, running.variables], ['active', undefined]);
  });

  it('are started once for an Idempotency-Key', async () => {
    await deployed(server(), order);
    const request = { headers: { 'idempotency-key': 'k-1' }, body: { bpmnProcessId: 'order' } };
    const first = await send(server(), startProcessInstance, request);
    const again = await send(server(), startProcessInstance, request);
    assert.deepEqual([again.status, again.body], [201, first.body]);
    assert.equal(again.headers.get('idempotent-replayed'), 'true');
    assert.equal(again.headers.get('location'), first.headers.get('location'));
    await refused(server(), startProcessInstance, 'idempotency-key-reused', {
      ...request,
      body: { bpmnProcessId: 'order', businessKey: 'other' },
    });
    assert.equal((await call(server(), searchProcessInstances, 200)).page.totalItems, 1);

    const refusal = { headers: { 'idempotency-key': 'k-2' }, body: { bpmnProcessId: 'unknown' } };
    await refused(server(), startProcessInstance, 'not-found', refusal);
    await deployed(server(), bpmn('unknown').startEvent('s').endEvent('e'));
    const refusedAgain = await send(server(), startProcessInstance, refusal);
    assert.deepEqual([refusedAgain.status, refusedAgain.headers.get('idempotent-replayed')], [404, 'true']);
  });

  it('are searched by their fields and variables', async () => {
    await deployed(server(), order, straight);
    const a = await started(server(), 'order', { businessKey: 'A-1', variables: { city: 'Bern', size: 3 } });
    server().clock.advance(60_000);
    const b = await started(server(), 'straight', {
      businessKey: 'A-2',
      variables: { city: 'Bern', size: 4 },
    });
    const c = await started(server(), 'order', { variables: { city: 'Rome' } });
    const found = async (filter: object) => {
      const { items } = await call(server(), searchProcessInstances, 200, { body: { filter } });
      return items.map(({ processInstanceId }) => processInstanceId);
    };
    assert.deepEqual(await found({}), [a, b, c]);
    assert.deepEqual(await found({ state: 'completed' }), [b]);
    assert.deepEqual(await found({ state: { $neq: 'completed' }, businessKey: { $exists: true } }), [a]);
    assert.deepEqual(await found({ businessKey: { $like: 'A-*' } }), [a, b]);
    assert.deepEqual(await found({ startedAt: { $gt: '2026-01-01T00:00:00Z' } }), [b, c]);
    assert.deepEqual(await found({ startedAt: '2026-01-01T01:00:00+01:00' }), [a]);
    assert.deepEqual(await found({ endedAt: { $exists: true } }), [b]);
    assert.deepEqual(await found({ hasIncident: true }), []);
    assert.deepEqual(await found({ variables: [{ name: 'city', value: 'Bern' }] }), [a, b]);
    assert.deepEqual(
      await found({
        variables: [
          { name: 'city', value: 'Bern' },
          { name: 'size', value: 4 },
        ],
      }),
      [b],
    );
    assert.deepEqual(await found({ processInstanceId: { $in: [c, a] } }), [a, c]);
  });

  it('are paged forwards and backwards', async () => {
    await deployed(server(), straight);
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) ids.push(await started(server(), 'straight'));
    const page = async (place: object) => {
      const result = await call(server(), searchProcessInstances, 200, {
        body: { page: { limit: 2, ...place } },
      });
      return { ...result.page, ids: result.items.map(({ processInstanceId }) => processInstanceId) };
    };
    const first = await page({});
    assert.deepEqual(first.ids, ids.slice(0, 2));
    const second = await page({ after: first.endCursor });
    assert.deepEqual(second.ids, ids.slice(2, 4));
    const third = await page({ after: second.endCursor });
    assert.deepEqual(third.ids, ids.slice(4));
    assert.deepEqual((await page({ before: third.startCursor })).ids, ids.slice(2, 4));
    assert.deepEqual((await page({ from: 3 })).ids, ids.slice(3));
    assert.equal(third.totalItems, 5);
  });

  it('are canceled once', async () => {
    await deployed(server(), order);
    const params = { processInstanceId: await started(server(), 'order') };
    const request = { params, headers: { 'idempotency-key': 'c' } };
    await call(server(), cancelProcessInstance, 204, request);
    const again = await send(server(), cancelProcessInstance, request);
    assert.deepEqual([again.status, again.headers.get('idempotent-replayed')], [204, 'true']);
    const canceled = await call(server(), getProcessInstance, 200, { params });
    assert.deepEqual([canceled.state, canceled.endedAt], ['canceled', '2026-01-01T00:00:00.000Z']);
    await refused(server(), cancelProcessInstance, 'invalid-state', { params });
  });

  it('have variables that can be read and set, also after the end', async () => {
    await deployed(server(), order);
    const params = { processInstanceId: await started(server(), 'order', { variables: { a: 1 } }) };
    await call(server(), setVariables, 204, { params, body: { variables: { b: [true], 'a b': null } } });
    const { variables } = await call(server(), getVariables, 200, { params });
    assert.deepEqual(variables, { a: 1, b: [true], 'a b': null });

    await call(server(), cancelProcessInstance, 204, { params });
    assert.deepEqual((await call(server(), getVariables, 200, { params })).variables, variables);
    await refused(server(), setVariables, 'invalid-state', { params, body: { variables: {} } });
    const query = { scopeElementInstanceId: 'elsewhere-1' };
    await refused(server(), getVariables, 'not-found', { params, query });
  });

  it('are suspended and resumed, and found by that', async () => {
    await deployed(server(), order);
    const params = { processInstanceId: await started(server(), 'order') };
    const request = { params, headers: { 'idempotency-key': 's' } };
    await call(server(), suspendProcessInstance, 204, request);
    await call(server(), suspendProcessInstance, 204, request);
    await refused(server(), suspendProcessInstance, 'invalid-state', { params });
    assert.equal((await call(server(), getProcessInstance, 200, { params })).suspended, true);
    const body = { filter: { suspended: true } };
    const { items } = await call(server(), searchProcessInstances, 200, { body });
    assert.deepEqual(
      items.map(({ processInstanceId }) => processInstanceId),
      [params.processInstanceId],
    );
    const [task] = (await call(server(), searchUserTasks, 200)).items;
    const taskParams = { userTaskId: task?.userTaskId ?? '' };
    await refused(server(), completeUserTask, 'suspended', { params: taskParams });
    await call(server(), resumeProcessInstance, 204, { params });
    await refused(server(), resumeProcessInstance, 'invalid-state', { params });
    await call(server(), completeUserTask, 204, { params: taskParams });
    const { items: entries } = await call(server(), getHistory, 200, { params });
    const commands = entries.map(({ command, events }) => [command, events[0]?.type]);
    assert.deepEqual(commands.slice(1, 3), [
      ['suspendProcessInstance', 'processInstanceSuspended'],
      ['resumeProcessInstance', 'processInstanceResumed'],
    ]);
  });

  it('are deleted when they have ended', async () => {
    await deployed(server(), order, straight);
    const params = { processInstanceId: await started(server(), 'straight') };
    const active = { processInstanceId: await started(server(), 'order') };
    await refused(server(), deleteProcessInstance, 'invalid-state', { params: active });
    await call(server(), deleteProcessInstance, 204, { params });
    await refused(server(), deleteProcessInstance, 'not-found', { params });
    await refused(server(), getProcessInstance, 'not-found', { params });
    await refused(server(), getHistory, 'not-found', { params });
  });

  it('are not found by an unknown id', async () => {
    await refused(server(), getProcessInstance, 'not-found', { params: unknown });
    await refused(server(), cancelProcessInstance, 'not-found', { params: unknown });
    await refused(server(), suspendProcessInstance, 'not-found', { params: unknown });
    await refused(server(), resumeProcessInstance, 'not-found', { params: unknown });
    await refused(server(), deleteProcessInstance, 'not-found', { params: unknown });
    await refused(server(), getVariables, 'not-found', { params: unknown });
    await refused(server(), setVariables, 'not-found', { params: unknown, body: { variables: {} } });
  });
});
