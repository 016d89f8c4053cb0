import { createApiKey } from '../../src/contract/api-keys.js';
import { createBatch } from '../../src/contract/batches.js';
import { bpmn } from '../support/bpmn-builder.js';
import { call } from '../support/contract-client.js';
import type { TestServer } from '../support/server.js';
import { webhookWithDelivery } from '../webhooks/webhook-with-delivery.js';
import { deployed, started } from './use-server.js';

/** Ids by the name of the parameter or field that takes them. */
export type Ids = Readonly<Record<string, readonly string[]>>;

/** A branch at each kind of wait. */
export const waitingModel = bpmn('fuzz')
  .startEvent('s')
  .parallelGateway('g')
  .userTask('u', { candidateGroups: 'sales' })
  .at('g')
  .serviceTask('j', { type: 'work' })
  .at('g')
  .intermediateCatchEvent('m', { message: { name: 'paid', correlationKey: '="k"' } })
  .at('g')
  .intermediateCatchEvent('t', { timer: { duration: 'PT1H' } })
  .at('g')
  .serviceTask('broken', { type: '=nothing' })
  .at('g')
  .adHocSubProcess('choice', (inner) => inner.userTask('chosen'));

const instances = 40;

/** Instances of the model, and the ids of everything there is. */
export async function startInstances(server: TestServer): Promise<Ids> {
  const processDefinitionId = await deployed(server, waitingModel);
  const processInstanceId: string[] = [];
  for (let count = 0; count < instances; count += 1) processInstanceId.push(await started(server, 'fuzz'));
  const { queries } = server.runtime;
  const everything = { filter: {}, sort: [], page: { limit: 200 } };
  const jobs = await queries.searchJobs('default', everything);
  const tasks = await queries.searchUserTasks('default', everything);
  const incidents = await queries.searchIncidents('default', everything);
  const elements = await Promise.all(
    processInstanceId.map((id) => queries.elementInstances('default', id, { limit: 100 })),
  );
  const choices = elements.flatMap(({ items }) =>
    items.flatMap(({ elementId, elementInstanceId }) => (elementId === 'choice' ? [elementInstanceId] : [])),
  );
  const key = { name: 'fuzz', roles: ['worker'] };
  const { apiKeyId } = await call(server, createApiKey, 201, { body: key });
  const batch = { operation: 'resume', processInstanceIds: ['none'] };
  const { batchId } = await call(server, createBatch, 202, { body: batch });
  // Some are deleted early.
  const webhooks = await Promise.all(Array.from({ length: 10 }, () => webhookWithDelivery(server)));
  const timers = await Promise.all(processInstanceId.map((id) => queries.timersOf('default', id)));
  return {
    processDefinitionId,
    processInstanceId,
    apiKeyId: [apiKeyId],
    batchId: [batchId],
    webhookId: webhooks.map(({ webhookId }) => webhookId),
    deliveryId: webhooks.map(({ deliveryId }) => deliveryId),
    url: ['https://receiver.example/'],
    types: ['user-task.created', 'process-instance.*'],
    elementInstanceId: choices,
    elementIds: ['chosen'],
    scopeElementInstanceId: processInstanceId.map((id) => `${id}-1`),
    jobId: jobs.items.map(({ jobId }) => jobId),
    userTaskId: tasks.items.map(({ userTaskId }) => userTaskId),
    incidentId: incidents.items.map(({ incidentId }) => incidentId),
    timerId: timers.flat().map(({ timerId }) => timerId),
    bpmnProcessId: ['fuzz'],
    targetProcessDefinitionId: processDefinitionId,
    ...Object.fromEntries(
      ['elementId', 'fromElementId', 'toElementId', 'from', 'to'].map((name) => [name, ['u', 'j', 'm', 't']]),
    ),
  };
}
