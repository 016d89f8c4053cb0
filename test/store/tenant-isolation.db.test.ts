import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Queries, SearchRequest } from '../../src/runtime/ports.js';
import {
  apiKeyRow,
  auditRow,
  batchRow,
  decisionRow,
  definitionRow,
  elementInstanceRow,
  incidentRow,
  insertDeployment,
  instanceRow,
  jobRow,
  journalRow,
  someTime,
  tenantId,
  timerRow,
  userTaskRow,
  webhookDeliveryRow,
  webhookRow,
} from './rows.js';
import { useTestStore } from './use-test-store.js';

const everything: SearchRequest = { filter: {}, sort: [], page: { limit: 100 } };
const page = { limit: 100 };

/** Every query of a tenant, with arguments that find something for the owner. */
const queries = {
  searchProcessDefinitions: (of, tenant) => of.searchProcessDefinitions(tenant, everything),
  processDefinition: (of, tenant) => of.processDefinition(tenant, 'definition-1'),
  searchDecisionDefinitions: (of, tenant) => of.searchDecisionDefinitions(tenant, everything),
  decisionDefinition: (of, tenant) => of.decisionDefinition(tenant, 'decision-1'),
  decisionDefinitionVersion: (of, tenant) => of.decisionDefinitionVersion(tenant, 'discount', undefined),
  resource: (of, tenant) => of.resource(tenant, 'resource-1'),
  elementStatistics: (of, tenant) => of.elementStatistics(tenant, 'definition-1'),
  searchProcessInstances: (of, tenant) =>
    of.searchProcessInstances(tenant, { ...everything, variables: [{ name: 'a', value: 1 }] }),
  processInstanceIds: async (of, tenant) => (await of.processInstanceIds(tenant, everything)).ids,
  processInstance: (of, tenant) => of.processInstance(tenant, 'instance-1'),
  elementInstances: (of, tenant) => of.elementInstances(tenant, 'instance-1', page),
  history: (of, tenant) => of.history(tenant, 'instance-1', page),
  timersOf: (of, tenant) => of.timersOf(tenant, 'instance-1'),
  searchUserTasks: (of, tenant) => of.searchUserTasks(tenant, { ...everything, candidateGroups: ['clerks'] }),
  userTask: (of, tenant) => of.userTask(tenant, 'user-task-1'),
  searchJobs: (of, tenant) => of.searchJobs(tenant, everything),
  searchIncidents: (of, tenant) => of.searchIncidents(tenant, everything),
  searchBatches: (of, tenant) => of.searchBatches(tenant, everything),
  batch: (of, tenant) => of.batch(tenant, 'batch-1'),
  searchBatchItems: (of, tenant) => of.searchBatchItems(tenant, 'batch-1', everything),
  nextJobAvailableAt: (of, tenant) => of.nextJobAvailableAt(tenant, 'charge'),
  jobCounts: (of, tenant) => of.jobCounts(tenant),
  latestProcessDefinitions: (of, tenant) => of.latestProcessDefinitions(tenant),
  activeInstanceCount: async (of, tenant) => (await of.activeInstanceCount(tenant, 9)) || undefined,
  searchAuditEntries: (of, tenant) => of.searchAuditEntries(tenant, everything),
  auditEntries: async (of, tenant) => (await of.auditEntries(tenant, everything)).items,
  searchApiKeys: (of, tenant) => of.searchApiKeys(tenant, everything),
  searchWebhooks: (of, tenant) => of.searchWebhooks(tenant, everything),
  webhook: (of, tenant) => of.webhook(tenant, 'webhook-1'),
  searchWebhookDeliveries: (of, tenant) => of.searchWebhookDeliveries(tenant, 'webhook-1', everything),
} satisfies Record<
  Exclude<
    keyof Queries,
    | 'apiKey'
    | 'loginSession'
    | 'openCounts'
    | 'journal'
    | 'nextTimerDueAt'
    | 'nextEndedDefinition'
    | 'pendingDeliveries'
    | 'pendingCancellations'
    | 'pendingWebhookDeliveries'
    | 'webhooksServedBy'
  >,
  (of: Queries, tenant: string) => Promise<unknown>
>;

describe('queries of a tenant', () => {
  const test = useTestStore();

  for (const [name, query] of Object.entries(queries)) {
    it(`${name} answers its owner and nobody else`, async () => {
      await test.write(async (tx) => {
        tx.apiKeys.insert(apiKeyRow());
        tx.audit.append(auditRow());
        tx.batches.insert(batchRow());
        tx.webhooks.insert(webhookRow());
        tx.webhooks.insertDelivery(webhookDeliveryRow());
        await tx.batches.addItems(batchRow(), ['instance-1'], undefined);
        insertDeployment(tx);
        tx.definitions.insert(definitionRow());
        tx.decisionDefinitions.insert(decisionRow());
        tx.processInstances.insert(instanceRow());
        tx.variables.put(tenantId, 'instance-1', [{ name: 'a', value: '1' }]);
        tx.elementInstances.insert([elementInstanceRow()]);
        tx.journal.append(journalRow());
        tx.timers.insert(timerRow());
        tx.userTasks.insert(userTaskRow());
        tx.jobs.insert(jobRow({ availableAt: someTime + 1 }));
        tx.incidents.insert(incidentRow());
      });
      assert.notEqual(contentOf(await query(test.store.queries, tenantId)), undefined);
      assert.equal(contentOf(await query(test.store.queries, 'tenant-2')), undefined);
    });
  }
});

/** What an answer holds; undefined when it holds nothing. */
function contentOf(answer: unknown): unknown {
  if (Array.isArray(answer)) return answer[0];
  if (typeof answer !== 'object' || answer === null) return answer;
  if (!('items' in answer)) return answer;
  if ('page' in answer) {
    const items = contentOf(answer.items);
    const counted = items === undefined ? 0 : 1;
    assert.equal((answer.page as { readonly totalItems: number }).totalItems, counted);
    return items;
  }
  return contentOf(answer.items);
}
