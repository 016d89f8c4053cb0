import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Outcome } from '../../src/runtime/outcome.js';
import { systemClock } from '../../src/platform/clock.js';
import { createUuidV7 } from '../../src/platform/uuid-v7.js';
import type { Queries } from '../../src/runtime/ports.js';
import { narrowedRuntime } from '../../src/runtime/narrowed-runtime.js';
import type { Reach } from '../../src/runtime/reach.js';
import type { RequestContext, Runtime } from '../../src/runtime/runtime.js';
import { bpmn } from '../support/bpmn-builder.js';
import { decision, dmn, literal } from '../support/dmn-builder.js';
import { apiKeyRow, auditRow, webhookDeliveryRow, webhookRow } from '../store/rows.js';
import { all, context, ok, refusal, useRuntime } from './use-runtime.js';

const stranger: RequestContext = { tenantId: 'stranger', actor: 'tester' };

/** Somebody of the owner's tenant who reaches another process alone. */
const reach: Reach = { bpmnProcessIds: ['elsewhere'], user: 'narrowed' };
const neighbour: RequestContext = { tenantId: context.tenantId, actor: 'narrowed', reach };

/** Ids of the owner, as a stranger may have overheard them. */
interface Ids {
  readonly processDefinitionId: string;
  readonly resourceId: string;
  readonly processInstanceId: string;
  readonly elementInstanceId: string;
  readonly jobId: string;
  readonly userTaskId: string;
  readonly incidentId: string;
  readonly timerId: string;
  readonly decisionDefinitionId: string;
  readonly scriptedDefinitionId: string;
  readonly batchId: string;
  readonly webhookId: string;
  readonly deliveryId: string;
}

type Attempt = (runtime: Runtime, of: RequestContext, ids: Ids) => Promise<Outcome<unknown>>;

/** What addresses something by its id: for a stranger it is not there. */
const byId = {
  deleteProcessDefinition: (runtime, of, ids) => runtime.deleteProcessDefinition(of, ids.processDefinitionId),
  deleteDecisionDefinition: (runtime, of, ids) =>
    runtime.deleteDecisionDefinition(of, ids.decisionDefinitionId),
  evaluateDecision: (runtime, of, { decisionDefinitionId }) =>
    runtime.evaluateDecision(of.tenantId, { decisionDefinitionId, variables: {} }),
  startProcessInstance: (runtime, of, ids) =>
    runtime.startProcessInstance(of, { processDefinitionId: ids.processDefinitionId }),
  cancelProcessInstance: (runtime, of, ids) => runtime.cancelProcessInstance(of, ids.processInstanceId),
  suspendProcessInstance: (runtime, of, ids) => runtime.suspendProcessInstance(of, ids.processInstanceId),
  resumeProcessInstance: (runtime, of, ids) => runtime.resumeProcessInstance(of, ids.processInstanceId),
  deleteProcessInstance: (runtime, of, ids) => runtime.deleteProcessInstance(of, ids.processInstanceId),
  modifyProcessInstance: (runtime, of, ids) =>
    runtime.modifyProcessInstance(of, ids.processInstanceId, { activate: [{ elementId: 'task' }] }),
  migrateProcessInstance: (runtime, of, ids) => {
    const targetProcessDefinitionId = ids.processDefinitionId;
    return runtime.migrateProcessInstance(of, ids.processInstanceId, { targetProcessDefinitionId });
  },
  variables: (runtime, of, ids) =>
    runtime.variables(of.tenantId, ids.processInstanceId, ids.elementInstanceId),
  setVariables: (runtime, of, ids) =>
    runtime.setVariables(of, ids.processInstanceId, { variables: { x: 1 } }),
  triggerTimer: (runtime, of, ids) => runtime.triggerTimer(of, ids.processInstanceId, ids.timerId),
  chooseAtStep: (runtime, of, ids) =>
    runtime.chooseAtStep(of, { elementInstanceId: ids.elementInstanceId, digit: '1' }),
  claimUserTask: (runtime, of, ids) => runtime.claimUserTask(of, ids.userTaskId, {}),
  unclaimUserTask: (runtime, of, ids) => runtime.unclaimUserTask(of, ids.userTaskId),
  completeUserTask: (runtime, of, ids) => runtime.completeUserTask(of, ids.userTaskId, {}),
  throwUserTaskError: (runtime, of, ids) =>
    runtime.throwUserTaskError(of, ids.userTaskId, { errorCode: 'x' }),
  throwUserTaskEscalation: (runtime, of, ids) =>
    runtime.throwUserTaskEscalation(of, ids.userTaskId, { escalationCode: 'x' }),
  updateUserTask: (runtime, of, ids) => runtime.updateUserTask(of, ids.userTaskId, { priority: 1 }),
  completeJob: (runtime, of, ids) => runtime.completeJob(of, ids.jobId, {}),
  failJob: (runtime, of, ids) => runtime.failJob(of, ids.jobId, { errorMessage: 'x' }),
  throwJobError: (runtime, of, ids) => runtime.throwJobError(of, ids.jobId, { errorCode: 'x' }),
  throwJobEscalation: (runtime, of, ids) =>
    runtime.throwJobEscalation(of, ids.jobId, { escalationCode: 'x' }),
  lockJob: (runtime, of, ids) => runtime.lockJob(of, ids.jobId, { worker: 'w', timeoutMs: 1 }),
  releaseJob: (runtime, of, ids) => runtime.releaseJob(of, ids.jobId, {}),
  extendJob: (runtime, of, ids) => runtime.extendJob(of, ids.jobId, { timeoutMs: 1 }),
  updateJob: (runtime, of, ids) => runtime.updateJob(of, ids.jobId, { retries: 1 }),
  resolveIncident: (runtime, of, ids) => runtime.resolveIncident(of, ids.incidentId),
  activateElements: (runtime, of, ids) =>
    runtime.activateElements(of, ids.elementInstanceId, { elementIds: ['task'], variables: {} }),
  cancelBatch: (runtime, of, ids) => runtime.cancelBatch(of, ids.batchId),
  updateWebhook: (runtime, of, ids) => runtime.updateWebhook(of, ids.webhookId, { enabled: false }),
  deleteWebhook: (runtime, of, ids) => runtime.deleteWebhook(of, ids.webhookId),
  rotateWebhookSecret: (runtime, of, ids) =>
    runtime.rotateWebhookSecret(of, ids.webhookId, { secret: 'whsec_BBBB', overlapMs: 0 }),
  redeliverWebhook: (runtime, of, ids) => runtime.redeliverWebhook(of, ids.webhookId, ids.deliveryId),
} as const satisfies Partial<Record<keyof Runtime, Attempt>>;

/** What addresses something by a name that others may use, too: for a stranger nobody answers to it. */
const byName = {
  startProcessInstance: async (runtime) =>
    void refusal(await runtime.startProcessInstance(stranger, { bpmnProcessId: 'p' }), 'not-found'),
  publishMessage: async (runtime) => {
    for (const [name, correlationKey] of [
      ['told', 'k'],
      ['begin', 'k'],
    ] as const) {
      const published = ok(
        await runtime.publishMessage(stranger, { name, correlationKey, timeToLiveMs: 60_000 }),
      );
      assert.equal(published.outcome, 'buffered');
    }
    const same = { name: 'seen', messageId: 'm1', timeToLiveMs: 60_000 };
    assert.equal(ok(await runtime.publishMessage(stranger, same)).duplicate, undefined);
  },
  correlateMessage: async (runtime) =>
    void refusal(
      await runtime.correlateMessage(stranger, { name: 'begin', correlationKey: 'k' }),
      'no-subscription',
    ),
  broadcastSignal: async (runtime) => {
    const { subscriptions, startedProcessInstances } = ok(
      await runtime.broadcastSignal(stranger, { name: 'heard' }),
    );
    assert.deepEqual([subscriptions, startedProcessInstances], [0, []]);
  },
  evaluateConditions: async (runtime) => {
    const { startedProcessInstances } = ok(
      await runtime.evaluateConditions(stranger, { variables: { stock: 1 } }),
    );
    assert.deepEqual(startedProcessInstances, []);
  },
  scriptOf: async (runtime, { scriptedDefinitionId }) => {
    const of = (tenantId: string) => runtime.scriptOf(tenantId, scriptedDefinitionId, 'script');
    await assert.rejects(of(stranger.tenantId), /to be stored/);
    assert.ok(await of(context.tenantId));
  },
  releaseJobsOf: async (runtime) => void assert.equal(ok(await runtime.releaseJobsOf(stranger, 'owner')), 0),
  activateJobs: async (runtime) => {
    const input = { type: 'work', worker: 'w', maxJobs: 10, timeoutMs: 1000 };
    assert.deepEqual(ok(await runtime.activateJobs(stranger, input)), []);
  },
  lockJobs: async (runtime, { jobId }) => {
    const input = { jobs: [{ jobId, fence: 0 }], worker: 'w', timeoutMs: 1000 };
    assert.deepEqual(ok(await runtime.lockJobs(stranger, input)), []);
  },
  relayJobs: async (runtime) => {
    const claim = { type: 'work', limit: 10, againAfterMs: { least: 1000, most: 1000 } };
    assert.deepEqual(ok(await runtime.relayJobs(stranger, claim)), []);
  },
  forgetRelayedJobs: async (runtime) =>
    assert.equal(ok(await runtime.forgetRelayedJobs(stranger, { type: 'work', limit: 10 })), 0),
  receiveReply: async (runtime, ids) => {
    const choice = { elementInstanceId: ids.elementInstanceId, digit: '1' };
    const otherwise = { name: 'told', correlationKey: 'k' };
    assert.equal(ok(await runtime.receiveReply(stranger, { choice, otherwise })).outcome, 'discarded');
  },
  waitingSteps: async (runtime, ids) =>
    assert.deepEqual(await runtime.waitingSteps(stranger.tenantId, ids.processInstanceId), []),
  createBatch: async (runtime, ids) => {
    const instruction = { operation: 'cancel' } as const;
    ok(await runtime.createBatch(stranger, { instruction, processInstanceIds: [ids.processInstanceId] }));
    ok(
      await runtime.createBatch(stranger, {
        instruction,
        filter: { filter: { bpmnProcessId: { $eq: 'p' } } },
      }),
    );
    const migration = { targetProcessDefinitionId: ids.processDefinitionId };
    refusal(
      await runtime.createBatch(stranger, {
        instruction: { operation: 'migrate', migration },
        processInstanceIds: [ids.processInstanceId],
      }),
      'invalid-argument',
    );
  },
  createWebhook: async (runtime) => {
    const { url, filter, followsRedirects, secret, position } = webhookRow();
    const input = { url, filter, followsRedirects, secret, position };
    assert.equal(ok(await runtime.createWebhook(stranger, input)).tenantId, stranger.tenantId);
  },
  awaitEnd: async (runtime, ids) =>
    assert.equal(await runtime.awaitEnd(stranger.tenantId, ids.processInstanceId, 0), false),
  deploy: async (runtime) => {
    const resources = [{ name: 'p.bpmn', content: bpmn('p').startEvent('s').endEvent('e').toXml() }];
    assert.equal(ok(await runtime.deploy(stranger, { resources })).processDefinitions[0]?.version, 1);
  },
} as const satisfies Partial<Record<keyof Runtime, (runtime: Runtime, ids: Ids) => Promise<void>>>;

/** Every query about one tenant, as rows or as the one thing that was asked for. */
const queries = {
  searchProcessDefinitions: async (of, tenantId) => (await of.searchProcessDefinitions(tenantId, all)).items,
  processDefinition: (of, tenantId, ids) => of.processDefinition(tenantId, ids.processDefinitionId),
  searchDecisionDefinitions: async (of, tenantId) =>
    (await of.searchDecisionDefinitions(tenantId, all)).items,
  decisionDefinition: (of, tenantId, ids) => of.decisionDefinition(tenantId, ids.decisionDefinitionId),
  decisionDefinitionVersion: (of, tenantId) => of.decisionDefinitionVersion(tenantId, 'discount', undefined),
  resource: (of, tenantId, ids) => of.resource(tenantId, ids.resourceId),
  elementStatistics: (of, tenantId, ids) => of.elementStatistics(tenantId, ids.processDefinitionId),
  searchProcessInstances: async (of, tenantId) => (await of.searchProcessInstances(tenantId, all)).items,
  processInstanceIds: async (of, tenantId) => (await of.processInstanceIds(tenantId, all)).ids,
  searchBatches: async (of, tenantId) => (await of.searchBatches(tenantId, all)).items,
  batch: (of, tenantId, ids) => of.batch(tenantId, ids.batchId),
  searchBatchItems: async (of, tenantId, ids) =>
    (await of.searchBatchItems(tenantId, ids.batchId, all)).items,
  processInstance: (of, tenantId, ids) => of.processInstance(tenantId, ids.processInstanceId),
  elementInstances: async (of, tenantId, ids) =>
    (await of.elementInstances(tenantId, ids.processInstanceId, { limit: 10 })).items,
  history: async (of, tenantId, ids) =>
    (await of.history(tenantId, ids.processInstanceId, { limit: 10 })).items,
  timersOf: (of, tenantId, ids) => of.timersOf(tenantId, ids.processInstanceId),
  searchUserTasks: async (of, tenantId) => (await of.searchUserTasks(tenantId, all)).items,
  userTask: (of, tenantId, ids) => of.userTask(tenantId, ids.userTaskId),
  searchJobs: async (of, tenantId) => (await of.searchJobs(tenantId, all)).items,
  searchIncidents: async (of, tenantId) => (await of.searchIncidents(tenantId, all)).items,
  nextJobAvailableAt: (of, tenantId) => of.nextJobAvailableAt(tenantId, 'work'),
  jobCounts: (of, tenantId) => of.jobCounts(tenantId),
  latestProcessDefinitions: (of, tenantId) => of.latestProcessDefinitions(tenantId),
  activeInstanceCount: async (of, tenantId) => (await of.activeInstanceCount(tenantId, 9)) || undefined,
  searchApiKeys: async (of, tenantId) => (await of.searchApiKeys(tenantId, all)).items,
  searchAuditEntries: async (of, tenantId) => (await of.searchAuditEntries(tenantId, all)).items,
  auditEntries: async (of, tenantId) => (await of.auditEntries(tenantId, all)).items,
  searchWebhooks: async (of, tenantId) => (await of.searchWebhooks(tenantId, all)).items,
  webhook: (of, tenantId, ids) => of.webhook(tenantId, ids.webhookId),
  searchWebhookDeliveries: async (of, tenantId, ids) =>
    (await of.searchWebhookDeliveries(tenantId, ids.webhookId, all)).items,
} as const satisfies Partial<
  Record<keyof Queries, (of: Queries, tenantId: string, ids: Ids) => Promise<unknown>>
>;

const newId = createUuidV7(systemClock);

describe('tenants', () => {
  const test = useRuntime();

  const prepare = async (): Promise<Ids> => {
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
        .intermediateCatchEvent('msg', { message: { name: 'told', correlationKey: 'k' } })
        .endEvent('e3')
        .at('fork')
        .intermediateCatchEvent('sig', { signal: 'heard' })
        .endEvent('e4')
        .at('fork')
        .intermediateCatchEvent('time', { timer: { duration: 'PT1H' } })
        .endEvent('e5')
        .at('fork')
        .serviceTask('trouble', { type: '=missing' })
        .endEvent('e6'),
      bpmn('begins').startEvent('s', { message: 'begin' }).endEvent('e'),
      bpmn('stocked').startEvent('s', { condition: '=stock < 3' }).endEvent('e'),
      bpmn('scripted')
        .startEvent('s')
        .scriptTask('script', {
          attributes: { scriptFormat: 'javascript' },
          content: ['<bpmn:script>1</bpmn:script>'],
        })
        .endEvent('e'),
      dmn([decision('discount', literal('1'))]),
    );
    const latest = await test.runtime.queries.latestProcessDefinitions(context.tenantId);
    const scripted = latest.find(({ bpmnProcessId }) => bpmnProcessId === 'scripted');
    const discount = await test.runtime.queries.decisionDefinitionVersion(
      context.tenantId,
      'discount',
      undefined,
    );
    ok(await test.runtime.publishMessage(context, { name: 'seen', messageId: 'm1', timeToLiveMs: 60_000 }));
    const { processInstanceId, processDefinitionId } = await test.start('p');
    const definition = await test.runtime.queries.processDefinition(context.tenantId, processDefinitionId);
    const [task] = await test.userTasks();
    const [job] = await test.jobs();
    const [incident] = await test.openIncidents();
    const [timer] = await test.runtime.queries.timersOf(context.tenantId, processInstanceId);
    const batch = ok(
      await test.runtime.createBatch(context, {
        instruction: { operation: 'resume' },
        processInstanceIds: ['nobody'],
      }),
    );
    await test.until(async () => {
      const row = await test.runtime.queries.batch(context.tenantId, batch.batchId);
      return row?.endedAt !== undefined;
    }, 'the end of the batch');
    const { tenantId } = context;
    const webhookId = newId();
    const deliveryId = newId();
    await test.store.transact(async (tx) => {
      tx.apiKeys.insert(apiKeyRow({ tenantId }));
      tx.audit.append(auditRow({ tenantId }));
      tx.webhooks.insert(webhookRow({ tenantId, webhookId }));
      tx.webhooks.insertDelivery(webhookDeliveryRow({ tenantId, webhookId, deliveryId, state: 'delivered' }));
    });
    return {
      batchId: batch.batchId,
      webhookId,
      deliveryId,
      processDefinitionId,
      processInstanceId,
      resourceId: definition?.resourceId ?? '',
      elementInstanceId: `${processInstanceId}-${task?.elementInstanceKey}`,
      jobId: job?.jobId ?? '',
      userTaskId: task?.userTaskId ?? '',
      incidentId: incident?.incidentId ?? '',
      timerId: timer?.timerId ?? '',
      decisionDefinitionId: discount?.decisionDefinitionId ?? '',
      scriptedDefinitionId: scripted?.processDefinitionId ?? '',
    };
  };

  it('do not find what is another’s by its id, and change nothing', async () => {
    const ids = await prepare();
    const before = await test.tables();
    for (const [name, attempt] of Object.entries<Attempt>(byId)) {
      assert.match(refusal(await attempt(test.runtime, stranger, ids), 'not-found'), /Expected/, name);
    }
    assert.deepEqual(await test.tables(), before);
  });

  it('are told the same about what is another’s as about what nobody has', async () => {
    const ids = await prepare();
    const replaced = (id: string) => id.replace(/^[0-9a-f]{8}/, 'ffffffff');
    const unknown: Ids = {
      processDefinitionId: replaced(ids.processDefinitionId),
      resourceId: replaced(ids.resourceId),
      processInstanceId: replaced(ids.processInstanceId),
      elementInstanceId: replaced(ids.elementInstanceId),
      jobId: replaced(ids.jobId),
      userTaskId: replaced(ids.userTaskId),
      incidentId: replaced(ids.incidentId),
      timerId: replaced(ids.timerId),
      decisionDefinitionId: replaced(ids.decisionDefinitionId),
      scriptedDefinitionId: replaced(ids.scriptedDefinitionId),
      batchId: replaced(ids.batchId),
      webhookId: replaced(ids.webhookId),
      deliveryId: replaced(ids.deliveryId),
    };
    for (const [name, attempt] of Object.entries<Attempt>(byId)) {
      const others = refusal(await attempt(test.runtime, stranger, ids), 'not-found');
      const nobodys = refusal(await attempt(test.runtime, stranger, unknown), 'not-found');
      const masked = (text: string) => text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'id');
      assert.equal(masked(others), masked(nobodys), name);
    }
  });

  it('have callers who do not reach a process: it is not there for them, and they change nothing', async () => {
    const ids = await prepare();
    const before = await test.tables();
    const runtime = narrowedRuntime(test.runtime, reach);
    const masked = (text: string) => text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'id');
    for (const [name, attempt] of Object.entries<Attempt>(byId)) {
      const beyond = masked(refusal(await attempt(runtime, neighbour, ids), 'not-found'));
      const strangers = masked(refusal(await attempt(test.runtime, stranger, ids), 'not-found'));
      assert.equal(beyond, strangers, name);
    }
    assert.deepEqual(await test.tables(), before);
  });

  it('have callers who do not see a process', async () => {
    const ids = await prepare();
    // Nobody is told by them: the id of a resource comes from its definition, the others count and time.
    const ofNobody = ['resource', 'nextJobAvailableAt', 'jobCounts', 'activeInstanceCount'];
    for (const [name, query] of Object.entries(queries).filter(([name]) => !ofNobody.includes(name))) {
      const seen = await query(narrowedRuntime(test.runtime, reach).queries, context.tenantId, ids);
      assert.ok(
        seen === undefined || (Array.isArray(seen) && seen.length === 0),
        `${name} shows ${JSON.stringify(seen)}`,
      );
    }
  });

  it('do not reach by name what is another’s', async () => {
    const ids = await prepare();
    const before = await test.tables();
    for (const attempt of Object.values(byName)) await attempt(test.runtime, ids);
    await test.rest();
    const after = await test.tables();
    for (const [table, rows] of Object.entries(after)) {
      const own = rows.filter((row) => row['tenant_id'] !== stranger.tenantId);
      assert.deepEqual(
        own,
        before[table as keyof typeof before],
        `Expected the owner's rows in ${table} to be untouched.`,
      );
    }
  });

  it('do not see what is another’s', async () => {
    const ids = await prepare();
    for (const [name, query] of Object.entries(queries)) {
      const seen = await query(test.runtime.queries, stranger.tenantId, ids);
      assert.ok(
        seen === undefined || (Array.isArray(seen) && seen.length === 0),
        `${name} shows ${JSON.stringify(seen)}`,
      );
      const own = await query(test.runtime.queries, context.tenantId, ids);
      assert.ok(
        Array.isArray(own) ? own.length > 0 : own !== undefined,
        `${name} shows nothing to the owner`,
      );
    }
  });

  it('are asked about in all of that: nothing of the runtime or of its queries is left out', () => {
    const ofAll = [
      'queries',
      'takeNewJobs',
      'onJobsAvailable',
      'onJournalWritten',
      'onWebhooksChanged',
      'readiness',
      'start',
      'stop',
    ];
    const attempted = new Set([...Object.keys(byId), ...Object.keys(byName), ...ofAll]);
    assert.deepEqual([...attempted].sort(), Object.keys(test.runtime).sort());
    const ofEvery = [
      'apiKey',
      'openCounts',
      'journal',
      'pendingDeliveries',
      'pendingWebhookDeliveries',
      'webhooksServedBy',
      'loginSession',
      'pendingCancellations',
      'nextTimerDueAt',
      'nextEndedDefinition',
    ];
    const asked = [...Object.keys(queries), ...ofEvery];
    assert.deepEqual(asked.sort(), Object.keys(test.runtime.queries).sort());
  });
});
