import assert from 'node:assert/strict';
import { createApiKey } from '../../src/contract/api-keys.js';
import { deploy } from '../../src/contract/deployments.js';
import { suspendProcessInstance } from '../../src/contract/process-instances.js';
import { claimUserTask } from '../../src/contract/user-tasks.js';
import { bpmn } from '../support/bpmn-builder.js';
import { call, type CallInput } from '../support/contract-client.js';
import { decision, dmn, literal } from '../support/dmn-builder.js';
import type { TestServer } from '../support/server.js';
import { webhookWithDelivery } from '../webhooks/webhook-with-delivery.js';
import { deployed, started } from './use-server.js';

/** How an operation is brought to change something. */
export interface Step {
  /** Makes what it is done to; answers the request. */
  prepare(server: TestServer): Promise<CallInput>;
  /** Of an operation on what is there: which sides the entry tells. */
  readonly tells?: 'before' | 'after' | 'before and after';
}

/** What belongs to an instance. */
const inside = (processInstanceId: string) => ({
  filter: { processInstanceId: { $eq: processInstanceId } },
  sort: [],
  page: { limit: 10 },
});

/** A branch at each kind of wait. */
const waitingModel = (name: string) =>
  bpmn('p', { name })
    .startEvent('s')
    .parallelGateway('fork')
    .userTask('task')
    .boundaryEvent('caught', { attachedTo: 'task', error: 'x' })
    .endEvent('e0')
    .at('task')
    .boundaryEvent('raised', { attachedTo: 'task', escalation: 'x' })
    .endEvent('e00')
    .at('task')
    .endEvent('e1')
    .at('fork')
    .serviceTask('job', { type: 'work' })
    .boundaryEvent('failed', { attachedTo: 'job', error: 'x' })
    .endEvent('e20')
    .at('job')
    .boundaryEvent('escalated', { attachedTo: 'job', escalation: 'x' })
    .endEvent('e21')
    .at('job')
    .endEvent('e2')
    .at('fork')
    .intermediateCatchEvent('msg', { message: { name: 'paid', correlationKey: '="k"' } })
    .endEvent('e3')
    .at('fork')
    .intermediateCatchEvent('sig', { signal: 'bell' })
    .endEvent('e4')
    .at('fork')
    .intermediateCatchEvent('time', { timer: { duration: 'PT1H' } })
    .endEvent('e5')
    .at('fork')
    .serviceTask('trouble', { type: '=kind' })
    .endEvent('e6')
    .at('fork')
    .adHocSubProcess('choice', (inner) => inner.userTask('chosen'))
    .endEvent('e7');

async function instance(server: TestServer): Promise<string> {
  await deployed(server, waitingModel('first'));
  return started(server, 'p');
}

const ofInstance = (body?: unknown, tells: Step['tells'] = 'before and after'): Step => ({
  tells,
  prepare: async (server) => ({
    params: { processInstanceId: await instance(server) },
    ...(body === undefined ? {} : { body }),
  }),
});

async function taskOf(server: TestServer): Promise<string> {
  const request = inside(await instance(server));
  const { items } = await server.runtime.queries.searchUserTasks('default', request);
  return items.find(({ elementId }) => elementId === 'task')?.userTaskId ?? assert.fail('no task');
}

const ofTask = (body?: unknown, more: Pick<Step, 'tells'> = {}): Step => ({
  ...more,
  prepare: async (server) => ({
    params: { userTaskId: await taskOf(server) },
    ...(body === undefined ? {} : { body }),
  }),
});

async function heldJob(server: TestServer): Promise<string> {
  await instance(server);
  const context = { tenantId: 'default', actor: 'worker' };
  const input = { type: 'work', worker: 'w', maxJobs: 1, timeoutMs: 60_000 };
  const outcome = await server.runtime.activateJobs(context, input);
  return (outcome.ok ? outcome.value[0]?.jobId : undefined) ?? assert.fail('no job');
}

const ofJob = (body?: unknown, more: Pick<Step, 'tells'> = {}): Step => ({
  ...more,
  prepare: async (server) => ({
    params: { jobId: await heldJob(server) },
    ...(body === undefined ? {} : { body }),
  }),
});

const withInstance = (body: unknown): Step => ({
  prepare: async (server) => {
    await instance(server);
    return { body };
  },
});

/** For each operation that changes something, how it does. */
export const steps: Readonly<Record<string, Step>> = {
  deploy: {
    tells: 'after',
    prepare: async () => ({
      body: { resources: [{ name: 'p.bpmn', content: waitingModel('new').toXml() }] },
    }),
  },
  deleteProcessDefinition: {
    tells: 'before',
    async prepare(server) {
      const [processDefinitionId = ''] = await deployed(server, bpmn('gone').startEvent('s').endEvent('e'));
      return { params: { processDefinitionId } };
    },
  },
  deleteDecisionDefinition: {
    tells: 'before',
    async prepare(server) {
      const resources = [{ name: 'd.dmn', content: dmn([decision('d', literal('1'))]) }];
      const { decisionDefinitions } = await call(server, deploy, 201, { body: { resources } });
      const { decisionDefinitionId = '' } = decisionDefinitions[0] ?? {};
      return { params: { decisionDefinitionId } };
    },
  },
  startProcessInstance: {
    tells: 'after',
    async prepare(server) {
      await deployed(server, waitingModel('first'));
      return { body: { bpmnProcessId: 'p' } };
    },
  },
  cancelProcessInstance: ofInstance(),
  resumeProcessInstance: {
    tells: 'before and after',
    async prepare(server) {
      const params = { processInstanceId: await instance(server) };
      await call(server, suspendProcessInstance, 204, { params });
      return { params };
    },
  },
  modifyProcessInstance: ofInstance({ cancel: [{ elementId: 'task' }] }),
  migrateProcessInstance: {
    tells: 'before and after',
    async prepare(server) {
      const params = { processInstanceId: await instance(server) };
      const [targetProcessDefinitionId] = await deployed(server, waitingModel('second'));
      return { params, body: { targetProcessDefinitionId } };
    },
  },
  deleteProcessInstance: {
    tells: 'before',
    async prepare(server) {
      await deployed(server, bpmn('short').startEvent('s').endEvent('e'));
      return { params: { processInstanceId: await started(server, 'short') } };
    },
  },
  setVariables: ofInstance({ variables: { x: 1 } }),
  activateElements: {
    async prepare(server) {
      const id = await instance(server);
      const { items } = await server.runtime.queries.elementInstances('default', id, { limit: 100 });
      const choice = items.find(({ elementId }) => elementId === 'choice');
      return {
        params: { elementInstanceId: choice?.elementInstanceId ?? '' },
        body: { elementIds: ['chosen'] },
      };
    },
  },
  triggerTimer: {
    async prepare(server) {
      const processInstanceId = await instance(server);
      const [timer] = await server.runtime.queries.timersOf('default', processInstanceId);
      return { params: { processInstanceId, timerId: timer?.timerId ?? '' } };
    },
  },
  publishMessage: withInstance({ name: 'paid', correlationKey: 'k' }),
  correlateMessage: withInstance({ name: 'paid', correlationKey: 'k' }),
  broadcastSignal: withInstance({ name: 'bell' }),
  evaluateConditions: {
    async prepare(server) {
      await deployed(server, bpmn('stocked').startEvent('s', { condition: '=stock < 3' }).endEvent('e'));
      return { body: { variables: { stock: 1 } } };
    },
  },
  claimUserTask: ofTask({ assignee: 'ann' }, { tells: 'before and after' }),
  unclaimUserTask: {
    tells: 'before and after',
    async prepare(server) {
      const params = { userTaskId: await taskOf(server) };
      await call(server, claimUserTask, 204, { params, body: { assignee: 'ann' } });
      return { params };
    },
  },
  updateUserTask: ofTask({ priority: 7 }, { tells: 'before and after' }),
  completeUserTask: ofTask({}),
  throwUserTaskError: ofTask({ errorCode: 'x' }),
  throwUserTaskEscalation: ofTask({ escalationCode: 'x' }),
  activateJobs: withInstance({ type: 'work', worker: 'w', maxJobs: 1, timeoutMs: 1_000 }),
  completeJob: ofJob({}),
  failJob: ofJob({ errorMessage: 'away' }),
  throwJobError: ofJob({ errorCode: 'x' }),
  throwJobEscalation: ofJob({ escalationCode: 'x' }),
  extendJob: ofJob({ timeoutMs: 1_000 }),
  updateJob: ofJob({ retries: 7 }, { tells: 'before and after' }),
  lockJobs: {
    async prepare(server) {
      const request = inside(await instance(server));
      const { items } = await server.runtime.queries.searchJobs('default', request);
      const jobs = items.slice(0, 1).map(({ jobId, fence }) => ({ jobId, fence }));
      return { body: { jobs, worker: 'w', timeoutMs: 1_000 } };
    },
  },
  reportJobs: {
    prepare: async (server) => ({
      body: { reports: [{ jobId: await heldJob(server), outcome: 'complete', fence: 1 }] },
    }),
  },
  resolveIncident: {
    tells: 'before and after',
    async prepare(server) {
      const request = inside(await instance(server));
      const { items } = await server.runtime.queries.searchIncidents('default', request);
      return { params: { incidentId: items[0]?.incidentId ?? '' } };
    },
  },
  createBatch: {
    tells: 'after',
    prepare: async () => ({ body: { operation: 'cancel', processInstanceIds: ['none'] } }),
  },
  createApiKey: {
    tells: 'after',
    prepare: async () => ({ body: { name: 'n', roles: ['worker'] } }),
  },
  revokeApiKey: {
    tells: 'before and after',
    async prepare(server) {
      const { apiKeyId } = await call(server, createApiKey, 201, { body: { name: 'n', roles: ['worker'] } });
      return { params: { apiKeyId } };
    },
  },
  createWebhook: { tells: 'after', prepare: async () => ({ body: { url: 'https://receiver.example/' } }) },
  updateWebhook: ofWebhook({ body: { name: 'n' }, tells: 'before and after' }),
  rotateWebhookSecret: ofWebhook({ tells: 'after' }),
  deleteWebhook: ofWebhook({ tells: 'before' }),
  redeliverWebhook: {
    tells: 'before and after',
    prepare: async (server) => ({ params: await webhookWithDelivery(server) }),
  },
  /** Behind what sends messages, which it keeps. */
  suspendProcessInstance: ofInstance(),
  /** The last: it stops the work inside. */
  cancelBatch: {
    tells: 'before and after',
    async prepare(server) {
      // Else it would be done at once.
      await server.runtime.stop();
      const context = { tenantId: 'default', actor: 'somebody' };
      const instruction = { operation: 'cancel' } as const;
      const outcome = await server.runtime.createBatch(context, { instruction, filter: { filter: {} } });
      return { params: { batchId: outcome.ok ? outcome.value.batchId : '' } };
    },
  },
};

function ofWebhook({ tells, ...request }: Pick<Step, 'tells'> & { readonly body?: object }): Step {
  return {
    ...(tells === undefined ? {} : { tells }),
    async prepare(server) {
      const { webhookId } = await webhookWithDelivery(server);
      return { params: { webhookId }, ...request };
    },
  };
}
