import { ElementInstances } from '../../src/engine/element-instances.js';
import type { JsonValue } from '../../src/engine/json.js';
import type { ProcessInstanceState } from '../../src/engine/state.js';
import type {
  ApiKeyRow,
  AuditRow,
  BatchRow,
  DecisionDefinitionRow,
  ElementInstanceRow,
  IdempotencyRow,
  IncidentRow,
  JobRow,
  JournalRow,
  MessageRow,
  MessageSubscriptionRow,
  ProcessDefinitionRow,
  ProcessInstanceRow,
  SignalSubscriptionRow,
  TimerRow,
  Transaction,
  UserTaskRow,
  WebhookDeliveryRow,
  WebhookRow,
} from '../../src/runtime/ports.js';

/** The tenant of the rows below. */
export const tenantId = 'tenant-1';

/** A time at which nothing happens by itself: 2026-01-01. */
export const someTime = 1_767_225_600_000;

const ofInstance = {
  tenantId,
  processInstanceId: 'instance-1',
  processDefinitionId: 'definition-1',
  bpmnProcessId: 'order',
  elementId: 'task',
  elementInstanceKey: 1,
};

export function instanceRow(
  change: Partial<ProcessInstanceRow> & { readonly variables?: Readonly<Record<string, JsonValue>> } = {},
): ProcessInstanceRow {
  const { variables = {}, ...row } = change;
  const processInstanceId = row.processInstanceId ?? 'instance-1';
  const state: ProcessInstanceState = {
    schema: 1,
    processInstanceId,
    status: 'active',
    lastKey: 1,
    at: someTime,
    elementInstances: ElementInstances.of({ 0: { elementId: 'order', tokens: 1, variables } }),
  };
  return {
    processInstanceId,
    tenantId,
    processDefinitionId: 'definition-1',
    bpmnProcessId: 'order',
    version: 1,
    hasIncident: false,
    startedAt: someTime,
    revision: 1,
    state,
    ...row,
  };
}

/** The next revision, with the variables of the process replaced. */
export function changedInstance(
  row: ProcessInstanceRow,
  variables: Readonly<Record<string, JsonValue>>,
): ProcessInstanceRow {
  const elementInstances = ElementInstances.of({ 0: { elementId: 'order', tokens: 1, variables } });
  return { ...row, revision: row.revision + 1, state: { ...row.state, elementInstances } };
}

/** The next revision, ended. */
export function endedInstance(row: ProcessInstanceRow, endedAt: number): ProcessInstanceRow {
  return { ...row, endedAt, revision: row.revision + 1, state: { ...row.state, status: 'completed' } };
}

/** The variables of the process. */
export function variablesOf(
  row: ProcessInstanceRow | undefined,
): Readonly<Record<string, JsonValue>> | undefined {
  return row?.state.elementInstances.get(0)?.variables;
}

/** Loads an instance that is expected to be there. */
export async function loadedInstance(
  tx: Transaction,
  processInstanceId: string,
): Promise<ProcessInstanceRow> {
  const row = await tx.processInstances.load(tenantId, processInstanceId);
  if (row === undefined) throw new Error(`Expected a process instance ${processInstanceId} but found none.`);
  return row;
}

export function elementInstanceRow(change: Partial<ElementInstanceRow> = {}): ElementInstanceRow {
  const { processInstanceId = 'instance-1', elementInstanceKey = 1 } = change;
  return {
    elementInstanceId: `${processInstanceId}-${elementInstanceKey}`,
    tenantId,
    processInstanceId,
    processDefinitionId: 'definition-1',
    elementInstanceKey,
    elementId: 'task',
    elementType: 'serviceTask',
    state: 'active',
    startedAt: someTime,
    ...change,
  };
}

export function jobRow(change: Partial<JobRow> = {}): JobRow {
  return {
    jobId: 'job-1',
    ...ofInstance,
    type: 'charge',
    state: 'created',
    jobKey: 2,
    retries: 3,
    priority: 50,
    headers: { currency: 'EUR' },
    createdAt: someTime,
    availableAt: someTime,
    fence: 0,
    ...change,
  };
}

export function timerRow(change: Partial<TimerRow> = {}): TimerRow {
  return {
    timerId: 'timer-1',
    tenantId,
    processDefinitionId: 'definition-1',
    processInstanceId: 'instance-1',
    elementInstanceKey: 1,
    timerKey: 2,
    elementId: 'timer',
    dueAt: someTime,
    ...change,
  };
}

export function userTaskRow(change: Partial<UserTaskRow> = {}): UserTaskRow {
  return {
    userTaskId: 'user-task-1',
    ...ofInstance,
    userTaskKey: 2,
    state: 'created',
    candidateGroups: ['clerks'],
    candidateUsers: [],
    priority: 50,
    headers: {},
    createdAt: someTime,
    ...change,
  };
}

export function incidentRow(change: Partial<IncidentRow> = {}): IncidentRow {
  return {
    incidentId: 'incident-1',
    ...ofInstance,
    incidentKey: 2,
    code: 'expression-failed',
    message: 'Expected a boolean but found null.',
    createdAt: someTime,
    ...change,
  };
}

export function messageSubscriptionRow(change: Partial<MessageSubscriptionRow> = {}): MessageSubscriptionRow {
  return {
    subscriptionId: 'subscription-1',
    tenantId,
    processInstanceId: 'instance-1',
    elementInstanceKey: 1,
    subscriptionKey: 2,
    elementId: 'catch',
    messageName: 'paid',
    correlationKey: 'order-1',
    createdAt: someTime,
    ...change,
  };
}

export function messageRow(change: Partial<MessageRow> = {}): MessageRow {
  return {
    messageRowId: 'message-1',
    tenantId,
    name: 'paid',
    correlationKey: 'order-1',
    messageId: 'payment-1',
    state: 'buffered',
    variables: { amount: 12.5 },
    publishedAt: someTime,
    expiresAt: someTime + 60_000,
    result: { outcome: 'buffered', processInstanceIds: [] },
    hops: 0,
    ...change,
  };
}

export function signalSubscriptionRow(change: Partial<SignalSubscriptionRow> = {}): SignalSubscriptionRow {
  return {
    subscriptionId: 'subscription-1',
    tenantId,
    processInstanceId: 'instance-1',
    elementInstanceKey: 1,
    subscriptionKey: 2,
    elementId: 'catch',
    signalName: 'strike',
    ...change,
  };
}

export function definitionRow(change: Partial<ProcessDefinitionRow> = {}): ProcessDefinitionRow {
  return {
    processDefinitionId: 'definition-1',
    tenantId,
    deploymentId: 'deployment-1',
    resourceId: 'resource-1',
    resourceName: 'order.bpmn',
    checksum: 'c0ffee',
    bpmnProcessId: 'order',
    version: 1,
    deployedAt: someTime,
    ...change,
  };
}

export function decisionRow(change: Partial<DecisionDefinitionRow> = {}): DecisionDefinitionRow {
  return {
    decisionDefinitionId: 'decision-1',
    tenantId,
    deploymentId: 'deployment-1',
    resourceId: 'resource-1',
    resourceName: 'discount.dmn',
    checksum: 'c0ffee',
    decisionId: 'discount',
    version: 1,
    deployedAt: someTime,
    ...change,
  };
}

/** Writes the deployment and the resource that `definitionRow` refers to. */
export function insertDeployment(tx: Transaction): void {
  tx.definitions.insertDeployment({
    deploymentId: 'deployment-1',
    tenantId,
    deployedAt: someTime,
    actor: 'ada',
  });
  tx.definitions.insertResource({
    resourceId: 'resource-1',
    tenantId,
    deploymentId: 'deployment-1',
    name: 'order.bpmn',
    checksum: 'c0ffee',
    content: '<definitions/>',
  });
}

export function journalRow(change: Partial<JournalRow> = {}): JournalRow {
  return {
    tenantId,
    processInstanceId: 'instance-1',
    processDefinitionId: 'definition-1',
    at: someTime,
    actor: 'ada',
    command: 'completeJob',
    eventVersion: 1,
    events: [{ type: 'jobCompleted', key: 1, jobKey: 2 }],
    ...change,
  };
}

export function idempotencyRow(change: Partial<IdempotencyRow> = {}): IdempotencyRow {
  return {
    tenantId,
    principal: 'ada',
    operation: 'startProcessInstance',
    key: 'key-1',
    fingerprint: 'f00d',
    outcome: { ok: true },
    expiresAt: someTime + 60_000,
    ...change,
  };
}

export function apiKeyRow(change: Partial<ApiKeyRow> = {}): ApiKeyRow {
  return {
    apiKeyId: 'tl_1',
    tenantId,
    name: 'a key',
    digest: 'd',
    roles: ['worker'],
    grants: { jobTypes: ['charge'] },
    createdAt: someTime,
    createdBy: 'admin',
    ...change,
  };
}

export function webhookRow(change: Partial<WebhookRow> = {}): WebhookRow {
  return {
    webhookId: 'webhook-1',
    tenantId,
    url: 'https://receiver.example/',
    filter: {},
    followsRedirects: false,
    createdAt: someTime,
    createdBy: 'ada',
    state: 'enabled',
    secret: 'whsec_AAAA',
    position: '0-end-0',
    revision: 1,
    ...change,
  };
}

export function webhookDeliveryRow(change: Partial<WebhookDeliveryRow> = {}): WebhookDeliveryRow {
  return {
    deliveryId: 'delivery-1',
    webhookId: 'webhook-1',
    tenantId,
    eventId: '1-0-1',
    eventType: 'process-instance.started',
    processInstanceId: 'instance-1',
    lane: 'instance-1',
    sequence: 1,
    place: 0,
    body: '{}',
    state: 'pending',
    attempts: [],
    nextAttemptAt: someTime,
    createdAt: someTime,
    ...change,
  };
}

export function batchRow(change: Partial<BatchRow> = {}): BatchRow {
  return {
    batchId: 'batch-1',
    tenantId,
    operation: 'cancel',
    instruction: { operation: 'cancel' },
    state: 'collecting',
    actor: 'ada',
    createdAt: someTime,
    total: 0,
    done: 0,
    failed: 0,
    ...change,
  };
}

export function auditRow(change: Partial<AuditRow> = {}): AuditRow {
  return {
    auditId: 'audit-1',
    tenantId,
    at: someTime,
    operation: 'cancelProcessInstance',
    principalId: 'admin',
    principalKind: 'administrator',
    targetId: 'instance-1',
    processInstanceId: 'instance-1',
    targets: { processInstanceId: 'instance-1' },
    before: { state: 'active' },
    after: { state: 'canceled' },
    ...change,
  };
}
