import type { Queries } from '../../src/runtime/queries.js';
import type { Runtime } from '../../src/runtime/runtime.js';

/** What a stub does; every other use case fails when it is called. */
export type StubRuntimeParts = Partial<Omit<Runtime, 'queries'>> & { readonly queries?: Partial<Queries> };

/**
 * A runtime for tests of HTTP behaviour alone: it does what the test says, and fails loudly otherwise. Whatever is about
 * processes is tested with the real runtime.
 */
export function stubRuntime({ queries = {}, ...parts }: StubRuntimeParts = {}): Runtime {
  return { ...unexpectedUseCases, ...parts, queries: { ...unexpectedQueries, ...queries } };
}

function unexpected(name: string): () => never {
  return () => {
    throw new Error(`Expected no call of ${name}.`);
  };
}

const unexpectedQueries: Queries = {
  journal: {
    after: unexpected('journal.after'),
    selected: unexpected('journal.selected'),
    end: unexpected('journal.end'),
    writers: unexpected('journal.writers'),
    removedUntil: unexpected('journal.removedUntil'),
    elements: unexpected('journal.elements'),
  },
  searchProcessDefinitions: unexpected('searchProcessDefinitions'),
  processDefinition: unexpected('processDefinition'),
  searchDecisionDefinitions: unexpected('searchDecisionDefinitions'),
  decisionDefinition: unexpected('decisionDefinition'),
  decisionDefinitionVersion: unexpected('decisionDefinitionVersion'),
  resource: unexpected('resource'),
  elementStatistics: unexpected('elementStatistics'),
  searchProcessInstances: unexpected('searchProcessInstances'),
  processInstance: unexpected('processInstance'),
  elementInstances: unexpected('elementInstances'),
  history: unexpected('history'),
  timersOf: unexpected('timersOf'),
  searchBatches: unexpected('searchBatches'),
  batch: unexpected('batch'),
  searchBatchItems: unexpected('searchBatchItems'),
  processInstanceIds: unexpected('processInstanceIds'),
  searchUserTasks: unexpected('searchUserTasks'),
  userTask: unexpected('userTask'),
  searchJobs: unexpected('searchJobs'),
  searchIncidents: unexpected('searchIncidents'),
  activeInstanceCount: unexpected('activeInstanceCount'),
  searchAuditEntries: unexpected('searchAuditEntries'),
  auditEntries: unexpected('auditEntries'),
  searchApiKeys: unexpected('searchApiKeys'),
  apiKey: unexpected('apiKey'),
  searchWebhooks: unexpected('searchWebhooks'),
  webhook: unexpected('webhook'),
  searchWebhookDeliveries: unexpected('searchWebhookDeliveries'),
  pendingWebhookDeliveries: unexpected('pendingWebhookDeliveries'),
  loginSession: unexpected('loginSession'),
  webhooksServedBy: unexpected('webhooksServedBy'),
  nextEndedDefinition: unexpected('nextEndedDefinition'),
  nextTimerDueAt: unexpected('nextTimerDueAt'),
  nextJobAvailableAt: unexpected('nextJobAvailableAt'),
  jobCounts: unexpected('jobCounts'),
  openCounts: unexpected('openCounts'),
  latestProcessDefinitions: unexpected('latestProcessDefinitions'),
  pendingDeliveries: unexpected('pendingDeliveries'),
  pendingCancellations: unexpected('pendingCancellations'),
};

const unexpectedUseCases: Omit<Runtime, 'queries'> = {
  deploy: unexpected('deploy'),
  deleteProcessDefinition: unexpected('deleteProcessDefinition'),
  deleteDecisionDefinition: unexpected('deleteDecisionDefinition'),
  evaluateDecision: unexpected('evaluateDecision'),
  startProcessInstance: unexpected('startProcessInstance'),
  awaitEnd: unexpected('awaitEnd'),
  cancelProcessInstance: unexpected('cancelProcessInstance'),
  suspendProcessInstance: unexpected('suspendProcessInstance'),
  resumeProcessInstance: unexpected('resumeProcessInstance'),
  modifyProcessInstance: unexpected('modifyProcessInstance'),
  migrateProcessInstance: unexpected('migrateProcessInstance'),
  deleteProcessInstance: unexpected('deleteProcessInstance'),
  variables: unexpected('variables'),
  setVariables: unexpected('setVariables'),
  triggerTimer: unexpected('triggerTimer'),
  waitingSteps: unexpected('waitingSteps'),
  chooseAtStep: unexpected('chooseAtStep'),
  receiveReply: unexpected('receiveReply'),
  publishMessage: unexpected('publishMessage'),
  correlateMessage: unexpected('correlateMessage'),
  broadcastSignal: unexpected('broadcastSignal'),
  evaluateConditions: unexpected('evaluateConditions'),
  claimUserTask: unexpected('claimUserTask'),
  unclaimUserTask: unexpected('unclaimUserTask'),
  completeUserTask: unexpected('completeUserTask'),
  throwUserTaskError: unexpected('throwUserTaskError'),
  throwUserTaskEscalation: unexpected('throwUserTaskEscalation'),
  updateUserTask: unexpected('updateUserTask'),
  activateJobs: unexpected('activateJobs'),
  completeJob: unexpected('completeJob'),
  failJob: unexpected('failJob'),
  throwJobError: unexpected('throwJobError'),
  throwJobEscalation: unexpected('throwJobEscalation'),
  scriptOf: unexpected('scriptOf'),
  extendJob: unexpected('extendJob'),
  lockJob: unexpected('lockJob'),
  lockJobs: unexpected('lockJobs'),
  relayJobs: unexpected('relayJobs'),
  forgetRelayedJobs: unexpected('forgetRelayedJobs'),
  releaseJob: unexpected('releaseJob'),
  updateJob: unexpected('updateJob'),
  createBatch: unexpected('createBatch'),
  cancelBatch: unexpected('cancelBatch'),
  createWebhook: unexpected('createWebhook'),
  updateWebhook: unexpected('updateWebhook'),
  deleteWebhook: unexpected('deleteWebhook'),
  rotateWebhookSecret: unexpected('rotateWebhookSecret'),
  redeliverWebhook: unexpected('redeliverWebhook'),
  onWebhooksChanged: unexpected('onWebhooksChanged'),
  activateElements: unexpected('activateElements'),
  resolveIncident: unexpected('resolveIncident'),
  takeNewJobs: unexpected('takeNewJobs'),
  releaseJobsOf: unexpected('releaseJobsOf'),
  onJournalWritten: unexpected('onJournalWritten'),
  onJobsAvailable: unexpected('onJobsAvailable'),
  readiness: unexpected('readiness'),
  start: unexpected('start'),
  stop: unexpected('stop'),
};
