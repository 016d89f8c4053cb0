import type { PendingDelivery, Queries } from '../../runtime/ports.js';
import { apiKeyTable, findApiKey } from '../api-keys.js';
import { findLoginSession, loginSessionOf } from '../login-sessions.js';
import { batchTable, findBatch } from '../batches.js';
import { decisionDefinitionTable, findDecision } from '../decision-definitions.js';
import {
  findProcessDefinition,
  findResource,
  processDefinitionTable,
  resourceTable,
} from '../definitions.js';
import { deliverySequence, pendingCancellations, pendingDeliveries } from '../deliveries.js';
import { decodeInstance, readInstance } from '../process-instances.js';
import { endedDefinitionOf, nextEndedDefinition } from '../retention.js';
import type { Reader } from '../session.js';
import {
  integerOf,
  optionalIntegerOf,
  textOf,
  type SqlInput,
  type SqlRow,
  toSqlValue,
} from '../sql-value.js';
import type { Statement } from '../statement.js';
import { timersOfInstance, timerTable } from '../timers.js';
import { userTaskTable } from '../user-tasks.js';
import {
  findWebhook,
  pendingOfWebhook,
  servedBy,
  servedWebhookOf,
  webhookDeliveryTable,
  webhookTable,
} from '../webhooks.js';
import { batchItemSearch, batchSearch } from './batches.js';
import { decisionDefinitionSearch } from './decision-definitions.js';
import { elementInstances, elementStatistics } from './element-instances.js';
import { history } from './history.js';
import { incidentSearch } from './incidents.js';
import { createJournalFeed } from './journal-feed.js';
import { jobCounts, jobSearch, jobStateOf, nextOfferedFrom, nextTimerDue } from './jobs.js';
import { openCounts } from './open-counts.js';
import { latestDefinitions, processDefinitionSearch } from './process-definitions.js';
import { activeInstanceCount, processInstanceIdSearch, processInstanceSearch } from './process-instances.js';
import { apiKeySearch } from './api-keys.js';
import { auditSearch } from './audit.js';
import { runSearch, runUncountedSearch } from './search.js';
import { findUserTask, userTaskSearch } from './user-tasks.js';
import { webhookDeliverySearch, webhookSearch } from './webhooks.js';

/** The reads of committed state over one of the databases. */
export function createQueries(reader: Reader): Queries {
  const read = async (
    statement: Statement,
    ...parameters: readonly SqlInput[]
  ): Promise<readonly SqlRow[]> => {
    const [rows = []] = await reader.readAll([{ statement, parameters: parameters.map(toSqlValue) }]);
    return rows;
  };
  return {
    journal: createJournalFeed(reader),
    searchProcessDefinitions: (tenantId, request) =>
      runSearch(reader, processDefinitionSearch, tenantId, request),
    async processDefinition(tenantId, processDefinitionId) {
      const [row] = await read(findProcessDefinition, tenantId, processDefinitionId);
      return row && processDefinitionTable.decode(row);
    },
    searchDecisionDefinitions: (tenantId, request) =>
      runSearch(reader, decisionDefinitionSearch, tenantId, request),
    async decisionDefinition(tenantId, decisionDefinitionId) {
      const [row] = await read(findDecision.byId, tenantId, decisionDefinitionId);
      return row && decisionDefinitionTable.decode(row);
    },
    async decisionDefinitionVersion(tenantId, decisionId, version) {
      const [row] =
        version === undefined
          ? await read(findDecision.latest, tenantId, decisionId)
          : await read(findDecision.byVersion, tenantId, decisionId, version);
      return row && decisionDefinitionTable.decode(row);
    },
    async resource(tenantId, resourceId) {
      const [row] = await read(findResource, tenantId, resourceId);
      return row && resourceTable.decode(row);
    },
    elementStatistics: (tenantId, processDefinitionId) =>
      elementStatistics(reader, tenantId, processDefinitionId),
    searchProcessInstances: (tenantId, request) =>
      runSearch(reader, processInstanceSearch, tenantId, request),
    async processInstanceIds(tenantId, request) {
      const { items, ...end } = await runUncountedSearch(reader, processInstanceIdSearch, tenantId, request);
      return { ids: items, ...end };
    },
    async processInstance(tenantId, processInstanceId) {
      const [row] = await read(readInstance, tenantId, processInstanceId);
      return row && decodeInstance(row);
    },
    elementInstances: (tenantId, id, page) => elementInstances(reader, tenantId, id, page),
    history: (tenantId, id, page) => history(reader, tenantId, id, page),
    async timersOf(tenantId, processInstanceId) {
      return (await read(timersOfInstance, tenantId, processInstanceId)).map(timerTable.decode);
    },
    searchUserTasks: (tenantId, request) => runSearch(reader, userTaskSearch, tenantId, request),
    async userTask(tenantId, userTaskId) {
      const [row] = await read(findUserTask, tenantId, userTaskId);
      return row && userTaskTable.decode(row);
    },
    searchJobs: (tenantId, request) => runSearch(reader, jobSearch, tenantId, request),
    searchIncidents: (tenantId, request) => runSearch(reader, incidentSearch, tenantId, request),
    searchBatches: (tenantId, request) => runSearch(reader, batchSearch, tenantId, request),
    async batch(tenantId, batchId) {
      const [row] = await read(findBatch, tenantId, batchId);
      return row && batchTable.decode(row);
    },
    searchBatchItems: (tenantId, batchId, request) => {
      const filter = { ...request.filter, batchId: { $eq: batchId } };
      return runSearch(reader, batchItemSearch, tenantId, { ...request, filter });
    },
    openCounts: () => openCounts(reader),
    searchAuditEntries: (tenantId, request) => runSearch(reader, auditSearch, tenantId, request),
    auditEntries: (tenantId, request) => runUncountedSearch(reader, auditSearch, tenantId, request),
    searchApiKeys: (tenantId, request) => runSearch(reader, apiKeySearch, tenantId, request),
    async apiKey(apiKeyId) {
      const [row] = await read(findApiKey, apiKeyId);
      return row && apiKeyTable.decode(row);
    },
    searchWebhooks: (tenantId, request) => runSearch(reader, webhookSearch, tenantId, request),
    async webhook(tenantId, webhookId) {
      const [row] = await read(findWebhook, tenantId, webhookId);
      return row && webhookTable.decode(row);
    },
    searchWebhookDeliveries: (tenantId, webhookId, request) => {
      const filter = { ...request.filter, webhookId: { $eq: webhookId } };
      return runSearch(reader, webhookDeliverySearch, tenantId, { ...request, filter });
    },
    async pendingWebhookDeliveries(webhookId) {
      return (await read(pendingOfWebhook, webhookId)).map(webhookDeliveryTable.decode);
    },
    async webhooksServedBy(node) {
      return (await read(servedBy, node)).map(servedWebhookOf);
    },
    async loginSession(digest) {
      const [row] = await read(findLoginSession, digest);
      return row && loginSessionOf(row);
    },
    async nextEndedDefinition(after = '') {
      const [row] = await read(nextEndedDefinition, after);
      return row && endedDefinitionOf(row);
    },
    async nextTimerDueAt() {
      const [row] = await read(nextTimerDue);
      return optionalIntegerOf(row?.[0]);
    },
    async pendingDeliveries(limit, after) {
      const rows = await read(pendingDeliveries, after === undefined ? 0 : deliverySequence(after), limit);
      return rows.map(pendingDeliveryOf);
    },
    async pendingCancellations(limit) {
      return (await read(pendingCancellations, limit)).map(pendingDeliveryOf);
    },
    async nextJobAvailableAt(tenantId, type) {
      const [row] = await read(nextOfferedFrom, tenantId, type);
      return optionalIntegerOf(row?.[0]);
    },
    async jobCounts(tenantId) {
      return (await read(jobCounts, tenantId)).map(([type, state, count]) => ({
        type: textOf(type),
        state: jobStateOf(textOf(state)),
        count: integerOf(count),
      }));
    },
    async activeInstanceCount(tenantId, most) {
      const [row] = await read(activeInstanceCount, tenantId, most);
      return integerOf(row?.[0]);
    },
    async latestProcessDefinitions(tenantId) {
      return (await read(latestDefinitions, tenantId)).map(processDefinitionTable.decode);
    },
  };
}

function pendingDeliveryOf([id, tenantId, lane]: SqlRow): PendingDelivery {
  return {
    deliveryId: String(integerOf(id)),
    tenantId: textOf(tenantId),
    ...(lane === null || lane === undefined ? {} : { lane: textOf(lane) }),
  };
}
