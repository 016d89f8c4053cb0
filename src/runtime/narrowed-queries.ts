import type { Queries, SearchRequest, SearchResult } from './queries.js';
import {
  isWithinBatches,
  isWithinProcesses,
  isWithinTasks,
  isWithinWebhooks,
  reachesDecisions,
  type Reach,
} from './reach.js';
import {
  assertNoVariables,
  auditEntryWithoutVariables,
  entryWithoutVariables,
  incidentWithoutVariables,
  jobWithoutVariables,
} from './without-variables.js';

/**
 * The queries as far as a caller reaches: what is beyond is not there. Searches are narrowed by their conditions, so that pages and
 * totals are those of what can be seen. Every query is named here: one that is new does not compile before it is decided on.
 */
export function narrowedQueries(queries: Queries, reach: Reach): Queries {
  const { withoutVariables = false } = reach;

  /** The request as the caller may ask it. */
  const asked = (request: SearchRequest): SearchRequest => {
    if (withoutVariables) assertNoVariables(request);
    return { ...request, reach };
  };
  const reachedDefinition: Queries['processDefinition'] = async (tenantId, processDefinitionId) => {
    const row = await queries.processDefinition(tenantId, processDefinitionId);
    return row && isWithinProcesses(reach, row.bpmnProcessId) ? row : undefined;
  };
  const reachedInstance: Queries['processInstance'] = async (tenantId, processInstanceId) => {
    const row = await queries.processInstance(tenantId, processInstanceId);
    return row && isWithinProcesses(reach, row.bpmnProcessId) ? row : undefined;
  };
  const reachedBatch: Queries['batch'] = async (tenantId, batchId) => {
    const row = await queries.batch(tenantId, batchId);
    return row && isWithinBatches(reach, row) ? row : undefined;
  };

  const reachedWebhook: Queries['webhook'] = async (tenantId, webhookId) => {
    const row = await queries.webhook(tenantId, webhookId);
    return row && isWithinWebhooks(reach, row) ? row : undefined;
  };

  return {
    // Of all tenants, for the loops of the server: who is told of it is narrowed there.
    journal: queries.journal,
    searchProcessDefinitions: (tenantId, request) =>
      queries.searchProcessDefinitions(tenantId, asked(request)),
    processDefinition: reachedDefinition,
    searchDecisionDefinitions: (tenantId, request) =>
      queries.searchDecisionDefinitions(tenantId, asked(request)),
    decisionDefinition: async (tenantId, id) =>
      reachesDecisions(reach) ? queries.decisionDefinition(tenantId, id) : undefined,
    decisionDefinitionVersion: async (tenantId, decisionId, version) =>
      reachesDecisions(reach) ? queries.decisionDefinitionVersion(tenantId, decisionId, version) : undefined,
    // Its id comes from a definition that was found.
    resource: (tenantId, resourceId) => queries.resource(tenantId, resourceId),
    elementStatistics: async (tenantId, id) =>
      (await reachedDefinition(tenantId, id)) ? queries.elementStatistics(tenantId, id) : [],
    searchProcessInstances: (tenantId, request) => queries.searchProcessInstances(tenantId, asked(request)),
    processInstanceIds: async (tenantId, request) => queries.processInstanceIds(tenantId, asked(request)),
    processInstance: reachedInstance,
    elementInstances: async (tenantId, id, page) =>
      (await reachedInstance(tenantId, id)) ? queries.elementInstances(tenantId, id, page) : { items: [] },
    async history(tenantId, id, page) {
      if (!(await reachedInstance(tenantId, id))) return { items: [] };
      const found = await queries.history(tenantId, id, page);
      return withoutVariables ? { ...found, items: found.items.map(entryWithoutVariables) } : found;
    },
    timersOf: async (tenantId, id) =>
      (await reachedInstance(tenantId, id)) ? queries.timersOf(tenantId, id) : [],
    searchUserTasks: (tenantId, request) => queries.searchUserTasks(tenantId, asked(request)),
    async userTask(tenantId, userTaskId) {
      const row = await queries.userTask(tenantId, userTaskId);
      return row && isWithinTasks(reach, row) ? row : undefined;
    },
    async searchJobs(tenantId, request) {
      const found = await queries.searchJobs(tenantId, asked(request));
      return withoutVariables ? mapped(found, jobWithoutVariables) : found;
    },
    async searchIncidents(tenantId, request) {
      const found = await queries.searchIncidents(tenantId, asked(request));
      return withoutVariables ? mapped(found, incidentWithoutVariables) : found;
    },
    searchBatches: (tenantId, request) => queries.searchBatches(tenantId, asked(request)),
    batch: reachedBatch,
    async searchBatchItems(tenantId, batchId, request) {
      // Nothing is found in a batch that is not reached, as in one that is not there.
      const id = (await reachedBatch(tenantId, batchId)) ? batchId : '';
      return queries.searchBatchItems(tenantId, id, asked(request));
    },
    searchWebhooks: (tenantId, request) => queries.searchWebhooks(tenantId, asked(request)),
    webhook: reachedWebhook,
    async searchWebhookDeliveries(tenantId, webhookId, request) {
      const id = (await reachedWebhook(tenantId, webhookId)) ? webhookId : '';
      return queries.searchWebhookDeliveries(tenantId, id, asked(request));
    },
    // For those who deliver.
    pendingWebhookDeliveries: (webhookId) => queries.pendingWebhookDeliveries(webhookId),
    webhooksServedBy: (node) => queries.webhooksServedBy(node),
    async latestProcessDefinitions(tenantId) {
      const rows = await queries.latestProcessDefinitions(tenantId);
      return rows.filter(({ bpmnProcessId }) => isWithinProcesses(reach, bpmnProcessId));
    },
    async searchAuditEntries(tenantId, request) {
      const found = await queries.searchAuditEntries(tenantId, asked(request));
      return withoutVariables ? mapped(found, auditEntryWithoutVariables) : found;
    },
    async auditEntries(tenantId, request) {
      const found = await queries.auditEntries(tenantId, asked(request));
      return withoutVariables ? { ...found, items: found.items.map(auditEntryWithoutVariables) } : found;
    },
    searchApiKeys: (tenantId, request) => queries.searchApiKeys(tenantId, asked(request)),
    apiKey: (apiKeyId) => queries.apiKey(apiKeyId),
    loginSession: (digest) => queries.loginSession(digest),
    // They tell when something may come, and how much there is, of nobody in particular; no operation shows them.
    nextJobAvailableAt: (tenantId, type) => queries.nextJobAvailableAt(tenantId, type),
    jobCounts: (tenantId) => queries.jobCounts(tenantId),
    openCounts: () => queries.openCounts(),
    activeInstanceCount: (tenantId, most) => queries.activeInstanceCount(tenantId, most),
    pendingDeliveries: (limit, after) => queries.pendingDeliveries(limit, after),
    pendingCancellations: (limit) => queries.pendingCancellations(limit),
    nextEndedDefinition: (after) => queries.nextEndedDefinition(after),
    nextTimerDueAt: () => queries.nextTimerDueAt(),
  };
}

function mapped<Row>(found: SearchResult<Row>, change: (row: Row) => Row): SearchResult<Row> {
  return { ...found, items: found.items.map(change) };
}
