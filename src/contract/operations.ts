import * as apiKeys from './api-keys.js';
import * as auditEntries from './audit-entries.js';
import * as batches from './batches.js';
import * as conditions from './conditions.js';
import * as decisions from './decisions.js';
import * as deployments from './deployments.js';
import * as elementInstances from './element-instances.js';
import * as events from './events.js';
import * as health from './health.js';
import * as incidents from './incidents.js';
import * as jobBatches from './job-batches.js';
import * as jobs from './jobs.js';
import * as me from './me.js';
import * as messages from './messages.js';
import type { Operation } from './operation.js';
import * as definitions from './process-definitions.js';
import * as history from './process-instance-history.js';
import * as migrations from './migrations.js';
import * as modifications from './modifications.js';
import * as instances from './process-instances.js';
import * as signals from './signals.js';
import * as userTasks from './user-tasks.js';
import * as webhooks from './webhooks.js';

/** Every operation of the interface, in the order of the documentation. */
export const operations: readonly Operation[] = [
  deployments.deploy,
  definitions.searchProcessDefinitions,
  definitions.getProcessDefinition,
  definitions.getProcessDefinitionXml,
  definitions.getProcessDefinitionStatistics,
  definitions.deleteProcessDefinition,
  decisions.searchDecisionDefinitions,
  decisions.getDecisionDefinition,
  decisions.getDecisionDefinitionXml,
  decisions.deleteDecisionDefinition,
  decisions.evaluateDecision,
  instances.startProcessInstance,
  instances.searchProcessInstances,
  instances.getProcessInstance,
  instances.cancelProcessInstance,
  instances.suspendProcessInstance,
  instances.resumeProcessInstance,
  modifications.modifyProcessInstance,
  migrations.migrateProcessInstance,
  instances.deleteProcessInstance,
  instances.getVariables,
  instances.setVariables,
  history.listElementInstances,
  elementInstances.activateElements,
  history.getHistory,
  history.listTimers,
  history.triggerTimer,
  messages.publishMessage,
  messages.correlateMessage,
  signals.broadcastSignal,
  conditions.evaluateConditions,
  userTasks.searchUserTasks,
  userTasks.getUserTask,
  userTasks.claimUserTask,
  userTasks.unclaimUserTask,
  userTasks.completeUserTask,
  userTasks.throwUserTaskError,
  userTasks.throwUserTaskEscalation,
  userTasks.updateUserTask,
  jobs.activateJobs,
  jobs.completeJob,
  jobs.failJob,
  jobs.throwJobError,
  jobs.throwJobEscalation,
  jobs.extendJob,
  jobBatches.lockJobs,
  jobBatches.reportJobs,
  jobs.searchJobs,
  jobs.updateJob,
  incidents.searchIncidents,
  incidents.resolveIncident,
  batches.createBatch,
  batches.searchBatches,
  batches.getBatch,
  batches.searchBatchItems,
  batches.cancelBatch,
  me.getMe,
  apiKeys.createApiKey,
  apiKeys.listApiKeys,
  apiKeys.revokeApiKey,
  auditEntries.searchAuditEntries,
  auditEntries.exportAuditEntries,
  events.streamEvents,
  webhooks.createWebhook,
  webhooks.searchWebhooks,
  webhooks.getWebhook,
  webhooks.updateWebhook,
  webhooks.deleteWebhook,
  webhooks.rotateWebhookSecret,
  webhooks.pingWebhook,
  webhooks.listWebhookDeliveries,
  webhooks.redeliverWebhook,
  health.getLiveness,
  health.getReadiness,
  health.getMetrics,
  health.getOpenApi,
];
