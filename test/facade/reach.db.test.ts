import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { z } from 'zod';
import { exportAuditEntries, searchAuditEntries } from '../../src/contract/audit-entries.js';
import { createBatch, getBatch, searchBatches, searchBatchItems } from '../../src/contract/batches.js';
import { evaluateConditions } from '../../src/contract/conditions.js';
import { evaluateDecision, searchDecisionDefinitions } from '../../src/contract/decisions.js';
import { deploy } from '../../src/contract/deployments.js';
import { activateElements } from '../../src/contract/element-instances.js';
import { searchIncidents } from '../../src/contract/incidents.js';
import { lockJobs, reportJobs } from '../../src/contract/job-batches.js';
import { activateJobs, completeJob, searchJobs } from '../../src/contract/jobs.js';
import { modifyProcessInstance } from '../../src/contract/modifications.js';
import { operations } from '../../src/contract/operations.js';
import type { GrantedPermission } from '../../src/contract/permissions.js';
import { roleNamed } from '../../src/contract/roles.js';
import { correlateMessage, publishMessage } from '../../src/contract/messages.js';
import {
  getProcessDefinition,
  getProcessDefinitionStatistics,
  searchProcessDefinitions,
} from '../../src/contract/process-definitions.js';
import { getHistory, listElementInstances, listTimers } from '../../src/contract/process-instance-history.js';
import {
  cancelProcessInstance,
  getProcessInstance,
  getVariables,
  searchProcessInstances,
  setVariables,
  startProcessInstance,
} from '../../src/contract/process-instances.js';
import { broadcastSignal } from '../../src/contract/signals.js';
import {
  claimUserTask,
  completeUserTask,
  getUserTask,
  searchUserTasks,
  unclaimUserTask,
} from '../../src/contract/user-tasks.js';
import { bpmn } from '../support/bpmn-builder.js';
import { call, type CallInput, refused, send } from '../support/contract-client.js';
import { decision, dmn, literal } from '../support/dmn-builder.js';
import { openEvents } from '../support/read-events.js';
import { readTables } from '../support/read-tables.js';
import { understoodBodies } from './understood-bodies.js';
import { as, authenticateBy } from './use-callers.js';
import { deployed, started, useServer } from './use-server.js';

/** A value that somebody who is shown no variables must never be shown. */
const canary = 'canary-7f3a';

const tenantId = 'default';
const callers = {
  shop: {
    ...{ tenantId, roles: ['channel'] as const },
    grants: { bpmnProcessIds: ['mine'], messageNames: ['paid'], signalNames: ['bell'] },
  },
  nobody: { tenantId, roles: ['channel'] as const, grants: {} },
  packer: { tenantId, roles: ['worker'] as const, grants: { jobTypes: ['pack'] } },
  idle: { tenantId, roles: ['worker'] as const, grants: {} },
  ann: { tenantId, name: 'ann', roles: ['helpdesk'] as const, grants: { candidateGroups: ['sales'] } },
  bea: { tenantId, name: 'bea', roles: ['helpdesk'] as const, grants: { candidateGroups: ['sales'] } },
  drawer: { tenantId, roles: ['analyst'] as const, grants: { bpmnProcessIds: ['mine'] } },
  manager: { tenantId, roles: ['admin'] as const, grants: { bpmnProcessIds: ['mine'] } },
  operator: { tenantId, roles: ['operator'] as const, grants: {} },
};

/** Waits at a user task, a job, a message, and an incident whose message quotes a variable. */
function model(id: string, group: string, jobType: string) {
  return bpmn(id)
    .startEvent('start')
    .parallelGateway('fork')
    .userTask('task', { candidateGroups: group })
    .endEvent('e1')
    .at('fork')
    .serviceTask('job', { type: jobType })
    .endEvent('e2')
    .at('fork')
    .intermediateCatchEvent('wait', { message: { name: 'paid', correlationKey: '=order' } })
    .endEvent('e3')
    .at('fork')
    .intermediateCatchEvent('sig', { signal: 'bell' })
    .endEvent('e4')
    .at('fork')
    .serviceTask('trouble', { type: '=missing' })
    .endEvent('e5');
}

/** A body without what names the id that was asked for. */
function masked(body: unknown): string {
  return JSON.stringify(body).replace(/[0-9a-f]{8}-[0-9a-f-]+/g, 'id');
}

describe('what a caller reaches', () => {
  const server = useServer({ authenticate: authenticateBy(callers), config: { auditJobWork: true } });
  const by = (caller: keyof typeof callers) => as(caller, server());

  const prepare = async () => {
    const conditional = (id: string) => bpmn(id).startEvent('s', { condition: '=stock < 3' }).endEvent('e');
    const [mineId = '', theirsId = ''] = await deployed(
      server(),
      model('mine', 'sales', 'pack'),
      model('theirs', 'legal', 'audit'),
      conditional('mine-stocked'),
      conditional('theirs-stocked'),
    );
    const content = dmn([decision('discount', literal('1'))]);
    await call(server(), deploy, 201, { body: { resources: [{ name: 'd.dmn', content }] } });
    const variables = (order: string) => ({ variables: { order, secret: canary, list: [canary] } });
    const mine = await started(server(), 'mine', variables('m'));
    const theirs = await started(server(), 'theirs', variables('t'));
    return { mineId, theirsId, mine, theirs };
  };

  it('is what the grants of a channel name: the rest is not there', async () => {
    const { mine, theirs } = await prepare();
    const shop = by('shop');
    const found = await call(shop, searchProcessInstances, 200, { body: {} });
    assert.deepEqual([found.items.map((one) => one.processInstanceId), found.page.totalItems], [[mine], 1]);
    const asked = {
      filter: { bpmnProcessId: { $in: ['mine', 'theirs'] }, variables: [{ name: 'order', value: 't' }] },
    };
    assert.equal((await call(shop, searchProcessInstances, 200, { body: asked })).page.totalItems, 0);
    for (const operation of [getProcessInstance, getVariables, getHistory, listElementInstances]) {
      assert.equal((await send(shop, operation, { params: { processInstanceId: mine } })).status, 200);
      const beyond = await send(shop, operation, { params: { processInstanceId: theirs } });
      const absent = await send(shop, operation, {
        params: { processInstanceId: theirs.replace(/^[0-9a-f]{8}/, 'ffffffff') },
      });
      assert.equal(beyond.status, 404, operation.operationId);
      assert.equal(masked(beyond.body), masked(absent.body), operation.operationId);
    }
  });

  it('is what a channel starts, sends and broadcasts', async () => {
    const { theirsId } = await prepare();
    const shop = by('shop');
    const start = (body: object) => send(shop, startProcessInstance, { body });
    assert.equal((await start({ bpmnProcessId: 'mine', awaitCompletion: false })).status, 201);
    const beyond = await start({ bpmnProcessId: 'theirs' });
    const absent = await start({ bpmnProcessId: 'nobodys' });
    assert.deepEqual([beyond.status, absent.status], [404, 404]);
    assert.equal(masked(beyond.body).replaceAll('theirs', 'nobodys'), masked(absent.body));
    assert.equal((await start({ processDefinitionId: theirsId })).status, 404);
    await call(shop, publishMessage, 202, { body: { name: 'paid', correlationKey: 'm' } });
    await refused(shop, publishMessage, 'forbidden', { body: { name: 'other' } });
    await refused(shop, correlateMessage, 'forbidden', { body: { name: 'other', correlationKey: 'm' } });
    await call(shop, broadcastSignal, 202, { body: { name: 'bell' } });
    await refused(shop, broadcastSignal, 'forbidden', { body: { name: 'alarm' } });
    const evaluated = await call(shop, evaluateConditions, 200, { body: { variables: { stock: 1 } } });
    assert.deepEqual(evaluated.startedProcessInstances, []);
  });

  it('is nothing for a channel or a worker without grants', async () => {
    const { mine } = await prepare();
    const nobody = by('nobody');
    assert.equal((await call(nobody, searchProcessInstances, 200, { body: {} })).page.totalItems, 0);
    await refused(nobody, getProcessInstance, 'not-found', { params: { processInstanceId: mine } });
    await refused(nobody, startProcessInstance, 'not-found', { body: { bpmnProcessId: 'mine' } });
    await refused(nobody, publishMessage, 'forbidden', { body: { name: 'paid' } });
    await refused(nobody, broadcastSignal, 'forbidden', { body: { name: 'bell' } });
    const job = { type: 'pack', worker: 'w', maxJobs: 1, timeoutMs: 1000 };
    await refused(by('idle'), activateJobs, 'forbidden', { body: job });
  });

  it('is the jobs of a worker’s types, by every way to them', async () => {
    await prepare();
    const packer = by('packer');
    const { items: all } = await call(server(), searchJobs, 200, { body: {} });
    const [own = '', others = ''] = ['pack', 'audit'].map(
      (type) => all.find((job) => job.type === type)?.jobId,
    );
    const activation = { worker: 'w', maxJobs: 5, timeoutMs: 1000 };
    await refused(packer, activateJobs, 'forbidden', { body: { type: 'audit', ...activation } });
    const references = { jobs: [own, others].map((jobId) => ({ jobId, fence: 0 })) };
    const locked = await call(packer, lockJobs, 200, {
      body: { ...references, worker: 'w', timeoutMs: 60_000 },
    });
    assert.deepEqual(
      locked.jobs.map(({ jobId }) => jobId),
      [own],
    );
    await refused(packer, completeJob, 'not-found', { params: { jobId: others }, body: {} });
    const reports = [{ jobId: others, outcome: 'complete', fence: 0 }];
    const { results } = await call(packer, reportJobs, 200, { body: { reports } });
    assert.deepEqual([results[0]?.recorded, results[0]?.code], [false, 'not-found']);
    const base = '/engine-rest/external-task';
    const fetch = (topicName: string) =>
      packer.request('POST', `${base}/fetchAndLock`, {
        ...{ workerId: 'w', maxTasks: 1 },
        topics: [{ topicName, lockDuration: 1000 }],
      });
    assert.deepEqual([(await fetch('pack')).status, (await fetch('audit')).status], [200, 403]);
    for (const one of ['complete', 'lock', 'unlock', 'failure', 'extendLock', 'bpmnError']) {
      const body = {
        workerId: 'w',
        lockDuration: 1,
        newDuration: 1,
        errorCode: 'x',
        errorMessage: 'x',
        retries: 1,
      };
      assert.equal((await packer.request('POST', `${base}/${others}/${one}`, body)).status, 404, one);
    }
    await call(packer, completeJob, 204, { params: { jobId: own }, body: {} });
  });

  it('is the tasks of a person’s groups, and its own', async () => {
    await prepare();
    const { items: all } = await call(server(), searchUserTasks, 200, { body: {} });
    const idOf = (of: string) => ({
      userTaskId: all.find(({ bpmnProcessId }) => bpmnProcessId === of)?.userTaskId ?? '',
    });
    const ann = by('ann');
    const names = async (body: object) =>
      (await call(ann, searchUserTasks, 200, { body })).items.map((task) => task.bpmnProcessId);
    assert.deepEqual(await names({}), ['mine']);
    assert.deepEqual(await names({ filter: { candidateGroups: ['legal'] } }), []);
    await refused(ann, getUserTask, 'not-found', { params: idOf('theirs') });
    await refused(ann, claimUserTask, 'not-found', { params: idOf('theirs'), body: {} });
    await refused(ann, completeUserTask, 'not-found', { params: idOf('theirs'), body: {} });
    for (const assignee of ['bob', 'Ann'])
      await refused(ann, claimUserTask, 'forbidden', { params: idOf('mine'), body: { assignee } });
    await call(ann, claimUserTask, 204, { params: idOf('mine'), body: { assignee: 'ann' } });
    await call(by('manager'), claimUserTask, 204, { params: idOf('mine'), body: { assignee: 'ann' } });
    // By giving it back for somebody one could take it away.
    await refused(by('bea'), unclaimUserTask, 'forbidden', { params: idOf('mine') });
    await refused(by('bea'), claimUserTask, 'invalid-state', { params: idOf('mine'), body: {} });
    await call(ann, unclaimUserTask, 204, { params: idOf('mine') });
    await call(by('bea'), unclaimUserTask, 204, { params: idOf('mine') });
    await call(by('bea'), claimUserTask, 204, { params: idOf('mine'), body: {} });
    await call(by('manager'), unclaimUserTask, 204, { params: idOf('mine') });
    await call(ann, claimUserTask, 204, { params: idOf('mine'), body: {} });
    await call(server(), claimUserTask, 204, { params: idOf('theirs'), body: { assignee: 'ann' } });
    assert.deepEqual((await names({})).sort(), ['mine', 'theirs']);
    await call(ann, completeUserTask, 204, { params: idOf('theirs'), body: {} });
    await call(ann, completeUserTask, 204, { params: idOf('mine'), body: {} });
  });

  it('is the definitions that an analyst draws, and no decisions', async () => {
    const { mineId, theirsId } = await prepare();
    const drawer = by('drawer');
    const found = await call(drawer, searchProcessDefinitions, 200, { body: {} });
    assert.deepEqual(
      found.items.map(({ bpmnProcessId }) => bpmnProcessId),
      ['mine'],
    );
    for (const operation of [getProcessDefinition, getProcessDefinitionStatistics]) {
      assert.equal((await send(drawer, operation, { params: { processDefinitionId: mineId } })).status, 200);
      await refused(drawer, operation, 'not-found', { params: { processDefinitionId: theirsId } });
    }
    const upload = (id: string) => ({
      body: { resources: [{ name: 'm.bpmn', content: model(id, 'sales', 'other').toXml() }] },
    });
    await refused(drawer, deploy, 'forbidden', upload('theirs'));
    await refused(drawer, deploy, 'forbidden', { ...upload('theirs'), query: { dryRun: 'true' } });
    await call(drawer, deploy, 201, upload('mine'));
    assert.equal((await call(drawer, searchDecisionDefinitions, 200, { body: {} })).page.totalItems, 0);
    await refused(drawer, evaluateDecision, 'not-found', { body: { decisionId: 'discount', variables: {} } });
    const content = dmn([decision('discount', literal('2'))]);
    await refused(drawer, deploy, 'forbidden', { body: { resources: [{ name: 'd.dmn', content }] } });
  });

  it('is what a batch touches, whatever its filter finds or its list names', async () => {
    const { mine, theirs } = await prepare();
    const manager = by('manager');
    const ended = async (body: object) => {
      const { batchId } = await call(manager, createBatch, 202, { body });
      for (let turn = 0; turn < 1_000; turn += 1) {
        await server().clock.advanceAsync(0);
        const batch = await call(manager, getBatch, 200, { params: { batchId } });
        if (batch.endedAt !== undefined) return batch;
      }
      throw new Error('Expected the batch to end.');
    };
    const named = await ended({ operation: 'suspend', processInstanceIds: [theirs] });
    assert.deepEqual([named.done, named.failed], [0, 1]);
    const params = { batchId: named.batchId };
    const { items } = await call(manager, searchBatchItems, 200, { params, body: {} });
    assert.equal(items[0]?.problem?.code, 'not-found');
    const filtered = await ended({ operation: 'cancel', filter: { state: 'active' } });
    assert.deepEqual([filtered.total, filtered.done], [1, 1]);
    const states = await call(server(), searchProcessInstances, 200, {
      body: { filter: { state: 'active' } },
    });
    assert.deepEqual(
      states.items.map((one) => one.processInstanceId),
      [theirs],
    );
    assert.equal(
      (await call(manager, searchProcessInstances, 200, { body: {} })).items[0]?.processInstanceId,
      mine,
    );
    const others = await call(server(), createBatch, 202, {
      body: { operation: 'suspend', processInstanceIds: ['x'] },
    });
    await refused(manager, getBatch, 'not-found', { params: { batchId: others.batchId } });
    assert.equal((await call(manager, searchBatches, 200, { body: {} })).page.totalItems, 2);
  });

  it('is everything but values of variables for an operator', async () => {
    const { mine, mineId } = await prepare();
    const operator = by('operator');
    const params = { processInstanceId: mine };
    const { items: jobs } = await call(server(), searchJobs, 200, { body: { filter: { type: 'pack' } } });
    const held = { params: { jobId: jobs[0]?.jobId ?? '' } };
    await call(server(), activateJobs, 200, {
      body: { type: 'pack', worker: 'w', maxJobs: 2, timeoutMs: 1000 },
    });
    await send(
      server(),
      { ...completeJob, path: '/v1/jobs/{jobId}/fail' },
      {
        ...held,
        body: { errorMessage: `cannot pack ${canary}`, retries: 0 },
      },
    );
    const told = { secret: canary, list: [canary] };
    await call(server(), setVariables, 204, { params, body: { variables: told } });
    const modification = { activate: [{ elementId: 'task', variables: told }] };
    await call(server(), modifyProcessInstance, 200, { params, body: modification });
    const { batchId } = await call(server(), createBatch, 202, {
      body: { operation: 'modify', processInstanceIds: [mine], modification },
    });
    await call(server(), publishMessage, 202, {
      body: { name: 'x', correlationKey: canary, variables: told },
    });
    await call(server(), broadcastSignal, 202, { body: { name: 'x', variables: told } });
    const shown = [
      await call(operator, searchAuditEntries, 200, { body: {} }),
      await call(operator, exportAuditEntries, 200),
      await call(operator, searchBatches, 200, { body: {} }),
      await call(operator, searchBatchItems, 200, { params: { batchId }, body: {} }),
      await call(operator, listTimers, 200, { params }),
      await call(operator, getProcessInstance, 200, { params }),
      await call(operator, searchProcessInstances, 200, { body: {} }),
      await call(operator, getHistory, 200, { params }),
      await call(operator, listElementInstances, 200, { params }),
      await call(operator, searchJobs, 200, { body: {} }),
      await call(operator, searchIncidents, 200, { body: {} }),
      await call(operator, getProcessDefinition, 200, { params: { processDefinitionId: mineId } }),
    ];
    assert.ok(!JSON.stringify(shown).includes(canary), 'Expected no value of a variable.');
    assert.ok(JSON.stringify(await call(server(), searchIncidents, 200, { body: {} })).includes(canary));
    await refused(operator, getVariables, 'forbidden', { params });
    const variables = [{ name: 'secret', value: canary }];
    await refused(operator, searchProcessInstances, 'forbidden', { body: { filter: { variables } } });
    await refused(operator, createBatch, 'forbidden', {
      body: { operation: 'suspend', filter: { variables } },
    });
    const byText = { filter: { message: { $like: `*${canary}*` } } };
    await refused(operator, searchIncidents, 'forbidden', { body: byText });
    await refused(operator, searchJobs, 'forbidden', { body: { sort: [{ field: 'errorMessage' }] } });
    const byMessage = { sort: [{ field: 'message' }] };
    await refused(operator, searchIncidents, 'forbidden', { body: byMessage });
  });

  it('has no variables to write for an operator, by whatever operation takes some', async () => {
    const { mine } = await prepare();
    await deployed(
      server(),
      bpmn('adhoc')
        .startEvent('s')
        .adHocSubProcess('choice', (inside) => inside.userTask('a'))
        .endEvent('e'),
    );
    const adhoc = await started(server(), 'adhoc');
    const elements = await call(server(), listElementInstances, 200, {
      params: { processInstanceId: adhoc },
    });
    const choice = elements.items.find(({ elementId }) => elementId === 'choice')?.elementInstanceId ?? '';
    const variables = { written: canary };
    const activate = [{ elementId: 'task', variables }];
    const move = [{ fromElementId: 'task', toElementId: 'task', variables }];
    const requests: Readonly<Record<string, readonly CallInput[]>> = {
      modifyProcessInstance: [
        { params: { processInstanceId: mine }, body: { activate } },
        { params: { processInstanceId: mine }, body: { move } },
      ],
      activateElements: [{ params: { elementInstanceId: choice }, body: { elementIds: ['a'], variables } }],
      createBatch: [
        { body: { operation: 'modify', processInstanceIds: [mine], modification: { activate } } },
        { body: { operation: 'modify', processInstanceIds: [mine], modification: { move } } },
        { body: { operation: 'cancel', filter: { variables: [{ name: 'secret', value: canary }] } } },
      ],
      searchProcessInstances: [{ body: { filter: { variables: [{ name: 'secret', value: canary }] } } }],
    };
    const taking = operations.filter(
      ({ request, permission }) =>
        /"(variables|fetchVariables)":/.test(
          JSON.stringify(z.toJSONSchema(request.body, { io: 'input', unrepresentable: 'any' })),
        ) && roleNamed.operator.permissions.includes(permission as GrantedPermission),
    );
    assert.deepEqual(taking.map(({ operationId }) => operationId).sort(), Object.keys(requests).sort());
    const operator = by('operator');
    for (const operation of taking)
      for (const request of requests[operation.operationId] ?? [])
        await refused(operator, operation, 'forbidden', request);
    assert.equal((await call(server(), searchBatches, 200, { body: {} })).page.totalItems, 0);
    for (const id of [mine, adhoc]) {
      const found = await call(server(), getVariables, 200, { params: { processInstanceId: id } });
      assert.ok(!('written' in found.variables), 'Expected nothing to be written.');
    }
    const params = { processInstanceId: mine };
    const without = { params, body: { activate: [{ elementId: 'task', variables: {} }] } };
    await call(operator, modifyProcessInstance, 200, without);
    await call(operator, activateElements, 204, {
      params: { elementInstanceId: choice },
      body: { elementIds: ['a'] },
    });
  });

  it('ends at a call: what a granted process calls runs, and nothing of it is seen or changed', async () => {
    const [, theirsId = ''] = await deployed(
      server(),
      bpmn('mine').startEvent('s').callActivity('call', { processId: 'theirs' }).endEvent('e'),
      model('theirs', 'legal', 'audit'),
    );
    const manager = by('manager');
    const stream = await openEvents(server().url, '?type=process-instance.*', {
      authorization: 'Bearer manager',
    });
    const mine = await started(manager, 'mine', { variables: { order: 'm', secret: canary } });
    const ofMine = { body: { filter: { parentProcessInstanceId: mine } } };
    const { items: called } = await call(server(), searchProcessInstances, 200, ofMine);
    const theirs = called[0]?.processInstanceId ?? '';
    assert.equal(called[0]?.bpmnProcessId, 'theirs');

    const inside = { body: { filter: { processInstanceId: theirs } } };
    const elements = await call(server(), listElementInstances, 200, {
      params: { processInstanceId: theirs },
    });
    const ids = {
      processInstanceId: theirs,
      processDefinitionId: theirsId,
      elementInstanceId: elements.items[0]?.elementInstanceId ?? '',
      userTaskId: (await call(server(), searchUserTasks, 200, inside)).items[0]?.userTaskId ?? '',
      jobId: (await call(server(), searchJobs, 200, inside)).items[0]?.jobId ?? '',
      incidentId: (await call(server(), searchIncidents, 200, inside)).items[0]?.incidentId ?? '',
      timerId: '1',
    };
    const before = await readTables(server().databaseUrl);
    const byId = operations.filter(({ path }) => {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
      return names.length > 0 && names.every((name) => name in ids);
    });
    assert.ok(byId.length > 30, `${byId.length} operations`);
    for (const operation of byId) {
      const body = JSON.stringify(understoodBodies[operation.operationId] ?? {});
      await refused(manager, operation, 'not-found', {
        params: ids,
        ...(operation.method === 'get' || operation.method === 'delete'
          ? {}
          : { body: JSON.parse(body.replace('$processDefinitionId', theirsId)) as unknown }),
      });
    }
    for (const search of [searchProcessInstances, searchUserTasks, searchJobs, searchIncidents]) {
      const { page, items } = await call(manager, search as typeof searchJobs, 200, inside);
      assert.deepEqual([items, page.totalItems], [[], 0], search.operationId);
    }
    assert.equal((await call(manager, searchProcessInstances, 200, ofMine)).page.totalItems, 0);
    assert.deepEqual(await readTables(server().databaseUrl), before);

    const params = { processInstanceId: mine };
    assert.equal((await call(manager, getProcessInstance, 200, { params })).state, 'active');
    await call(manager, cancelProcessInstance, 204, { params });
    await server().atRest();
    const { state } = await call(server(), getProcessInstance, 200, {
      params: { processInstanceId: theirs },
    });
    assert.equal(state, 'canceled');
    const seen = await stream.read(2);
    assert.deepEqual(
      seen.map(({ processinstanceid }) => processinstanceid),
      [mine, mine],
    );
    await stream.close();
  });

  it('belongs to its principal: an Idempotency-Key of another replays nothing', async () => {
    await prepare();
    const request = { body: { bpmnProcessId: 'mine' }, headers: { 'idempotency-key': 'same' } };
    const first = await call(server(), startProcessInstance, 201, request);
    await refused(by('nobody'), startProcessInstance, 'not-found', request);
    const other = await call(by('shop'), startProcessInstance, 201, request);
    assert.notEqual(other.processInstanceId, first.processInstanceId);
  });
});
