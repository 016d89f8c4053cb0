import { visibleVariables } from '../engine/variables.js';
import { ROOT_KEY } from '../engine/state.js';
import type { Clock } from '../platform/clock.js';
import type { Redaction } from '../platform/redaction.js';
import type { Tracing } from '../platform/tracing.js';
import type { Logger } from '../platform/logger.js';
import { createUuidV7 } from '../platform/uuid-v7.js';
import { activateJobs } from './commands/activate-jobs.js';
import { claimUserTask, unclaimUserTask, updateUserTask } from './commands/assign-user-task.js';
import { broadcastSignal } from './commands/broadcast-signal.js';
import { cancelBatch } from './commands/cancel-batch.js';
import { cancelProcessInstance } from './commands/cancel-process-instance.js';
import { chooseAtStep } from './commands/choose-at-step.js';
import { completeJob } from './commands/complete-job.js';
import { completeUserTask } from './commands/complete-user-task.js';
import { createBatch } from './commands/create-batch.js';
import { createWebhook } from './commands/create-webhook.js';
import { deleteDecisionDefinition } from './commands/delete-decision-definition.js';
import { deleteProcessDefinition } from './commands/delete-process-definition.js';
import { deleteProcessInstance } from './commands/delete-process-instance.js';
import { deleteWebhook } from './commands/delete-webhook.js';
import type { ScriptCheck } from '../definitions/index.js';
import { deploy, previewDeployment, readModels } from './commands/deploy.js';
import { evaluateConditions } from './commands/evaluate-conditions.js';
import { extendJob } from './commands/extend-job.js';
import { failJob } from './commands/fail-job.js';
import { lockJob } from './commands/lock-job.js';
import { lockJobs } from './commands/lock-jobs.js';
import { migrateProcessInstance } from './commands/migrate-process-instance.js';
import { modifyProcessInstance } from './commands/modify-process-instance.js';
import { correlateMessage, publishMessage } from './commands/publish-message.js';
import { receiveReply } from './commands/receive-reply.js';
import { redeliverWebhook } from './commands/redeliver-webhook.js';
import { forgetRelayedJobs, relayJobs } from './commands/relay-jobs.js';
import { releaseJob, releaseJobsOf } from './commands/release-job.js';
import { activateElements } from './commands/activate-elements.js';
import { resolveIncident } from './commands/resolve-incident.js';
import { resumeProcessInstance } from './commands/resume-process-instance.js';
import { rotateWebhookSecret } from './commands/rotate-webhook-secret.js';
import { setVariables } from './commands/set-variables.js';
import { startProcessInstance } from './commands/start-process-instance.js';
import { suspendProcessInstance } from './commands/suspend-process-instance.js';
import { throwJobError } from './commands/throw-job-error.js';
import { throwJobEscalation } from './commands/throw-job-escalation.js';
import { throwUserTaskError } from './commands/throw-user-task-error.js';
import { throwUserTaskEscalation } from './commands/throw-user-task-escalation.js';
import { triggerTimer } from './commands/trigger-timer.js';
import { updateJob } from './commands/update-job.js';
import { updateWebhook } from './commands/update-webhook.js';
import { CallTreeSizes } from './call-tree-sizes.js';
import { DecisionCache } from './decision-cache.js';
import { DefinitionCache } from './definition-cache.js';
import { EndedInstances } from './ended-instances.js';
import { evaluateDecision } from './evaluate-decision.js';
import { Executor, type RunOptions } from './executor.js';
import { isInstanceId, partsOf } from './ids.js';
import { notFound } from './instances.js';
import { JobAvailability } from './job-availability.js';
import { JobTakers } from './job-handover.js';
import { batchLoop } from './loops/batch-loop.js';
import { cleanUpLoop } from './loops/clean-up-loop.js';
import { deliveryLoop } from './loops/delivery-loop.js';
import { timerLoop } from './loops/timer-loop.js';
import { NodeHints } from './node-hints.js';
import type { Outcome } from './outcome.js';
import { done } from './outcome.js';
import type { Store } from './ports.js';
import type { ActivatedJob, ActivateJobsInput, PublishInput, RequestContext, Runtime } from './runtime.js';
import type { RuntimeMeter } from './runtime-meter.js';
import { scriptOf } from './script-of.js';
import type { UseCase } from './unit.js';
import { waitingStepsOf } from './waiting-steps.js';
import type { Wakeups } from './wakeups.js';

export interface RuntimeParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  /**
   * Paths into variables of process instances, such as `customer.phone`, whose texts and numbers searches find as if they were
   * variables. One that is new is found in what is written from then on.
   */
  readonly searchablePaths?: readonly string[];
  /** Compiles the JavaScript of models that are deployed; without it a script shows its faults when it runs. */
  readonly checkScript?: ScriptCheck;
  /** How long ended instances are kept whose model does not say it, and batches. Default: for ever. */
  readonly historyTtlMs?: number;
  /** How long deliveries of webhooks are kept that have ended. Default: a week. */
  readonly webhookLogTtlMs?: number;
  /** How many active instances one instance may have called, directly or through others. Default: `CALL_TREE_LIMIT`. */
  readonly callTreeLimit?: number;
  /** Of variables that the audit log does not keep. Default: it keeps all. */
  readonly redact?: Redaction;
  /** How long the audit log is kept. Default: for ever. */
  readonly auditTtlMs?: number;
  /** Default: nothing is measured. */
  readonly meter?: RuntimeMeter;
  /** Default: nothing is told. */
  readonly tracing?: Tracing;
  /** What ids are made of, so that a test can repeat a run. Default: bytes that nobody can guess. */
  readonly randomBytes?: (size: number) => Uint8Array;
}

/** The durable shell over a store: use cases now, loops from `start()` on. Several may share one PostgreSQL. */
export function createRuntime({
  store,
  clock,
  logger,
  searchablePaths = [],
  checkScript,
  historyTtlMs,
  webhookLogTtlMs = 7 * 24 * 60 * 60_000,
  callTreeLimit,
  redact,
  auditTtlMs,
  meter,
  tracing,
  randomBytes,
}: RuntimeParts): Runtime {
  const { queries } = store;
  const jobs = new JobAvailability(
    clock,
    (tenantId, type) => queries.nextJobAvailableAt(tenantId, type),
    logger,
  );
  const endedInstances = new EndedInstances(clock, async (tenantId, processInstanceId) => {
    const row = await queries.processInstance(tenantId, processInstanceId);
    return row !== undefined && row.state.status !== 'active';
  });
  const journalListeners = new Set<() => void>();
  const webhookListeners = new Set<() => void>();
  const ownWakeups: Wakeups = {
    jobsOffered: (tenantId, type, count) => jobs.offered(tenantId, type, count),
    jobsOfferedAt: (tenantId, type, at) => jobs.offeredAt(tenantId, type, at),
    timerScheduled: (dueAt) => timers.scheduled(dueAt),
    deliveriesWritten: () => deliveries.wake(),
    batchCreated: () => batches.wake(),
    journalWritten: () => {
      for (const listener of journalListeners) listener();
    },
    webhooksChanged: () => {
      for (const listener of webhookListeners) listener();
    },
    instanceEnded: (processInstanceId) => endedInstances.ended(processInstanceId),
  };
  const wakeups = new NodeHints(store, clock, ownWakeups);
  const definitions = new DefinitionCache();
  const decisions = new DecisionCache();
  const newId = createUuidV7({ now: () => clock.now(), ...(randomBytes && { randomBytes }) });
  const jobTakers = new JobTakers();
  const callTrees = new CallTreeSizes(callTreeLimit);
  const executor = new Executor(
    store,
    definitions,
    decisions,
    callTrees,
    wakeups,
    jobTakers,
    newId,
    searchablePaths,
    redact,
    meter,
    tracing,
  );
  const timers = timerLoop(store, executor, clock, logger);
  const deliveries = deliveryLoop(store, executor, clock, logger);
  const batches = batchLoop({ store, executor, clock, logger, node: newId() });
  const loops = [
    timers.loop,
    deliveries,
    batches,
    cleanUpLoop({ store, clock, logger, historyTtlMs, auditTtlMs, webhookLogTtlMs }),
  ];
  const run = <T>(
    context: RequestContext,
    useCase: UseCase<T>,
    id = '',
    kind?: 'job' | 'userTask',
  ): Promise<Outcome<T>> => {
    const instanceId = partsOf(id)?.processInstanceId ?? id;
    if (!isInstanceId(instanceId)) return executor.run(context, useCase);
    return executor.run(context, useCase, { instanceId, ...(kind && { firstRead: { kind, id } }) });
  };

  return {
    queries,
    async deploy(context, { resources, dryRun }) {
      const models = await readModels(resources, checkScript);
      return run(context, dryRun ? previewDeployment(models) : deploy(models));
    },
    deleteProcessDefinition: (context, id) => run(context, deleteProcessDefinition(id)),
    deleteDecisionDefinition: (context, id) => run(context, deleteDecisionDefinition(id)),
    evaluateDecision: (tenantId, input) => evaluateDecision(queries, decisions, tenantId, clock.now(), input),
    startProcessInstance(context, input) {
      const { bpmnProcessId: id, version } = input;
      const isLatest = id !== undefined && version === undefined;
      const firstRead = { kind: 'latestProcessDefinition', id: id ?? '' } as const;
      return executor.run(context, startProcessInstance(input), isLatest ? { firstRead } : {});
    },
    awaitEnd: (tenantId, id, timeoutMs, signal) => endedInstances.wait(tenantId, id, timeoutMs, signal),
    cancelProcessInstance: (context, id) => run(context, cancelProcessInstance(id), id),
    suspendProcessInstance: (context, id) => run(context, suspendProcessInstance(id), id),
    resumeProcessInstance: (context, id) => run(context, resumeProcessInstance(id), id),
    modifyProcessInstance: (context, id, input) => run(context, modifyProcessInstance(id, input), id),
    migrateProcessInstance: (context, id, input) => run(context, migrateProcessInstance(id, input), id),
    deleteProcessInstance: (context, id) => run(context, deleteProcessInstance(id), id),
    async variables(tenantId, id, scopeId) {
      const row = await queries.processInstance(tenantId, id);
      if (!row) return notFound('process instance', id);
      const scope = scopeId === undefined ? undefined : partsOf(scopeId);
      const key = scope?.key ?? ROOT_KEY;
      const isOther = scopeId !== undefined && scope?.processInstanceId !== id;
      if (isOther || !row.state.elementInstances.has(key))
        return notFound('active element instance', scopeId ?? id);
      return done(visibleVariables(row.state.elementInstances, key));
    },
    setVariables: (context, id, input) => run(context, setVariables(id, input), id),
    triggerTimer: (context, id, timerId) => run(context, triggerTimer(id, timerId), id),
    async waitingSteps(tenantId, id) {
      const row = await queries.processInstance(tenantId, id);
      if (row?.state.status !== 'active' || row.state.suspended) return [];
      const source = { find: queries.processDefinition, loadResource: queries.resource };
      const process = await definitions.get(source, tenantId, row.processDefinitionId);
      return waitingStepsOf(process, row, clock.now());
    },
    chooseAtStep: (context, input) => run(context, chooseAtStep(input), input.elementInstanceId),
    receiveReply: (context, input) => run(context, receiveReply(input), input.choice?.elementInstanceId),
    publishMessage: (context, input) => executor.run(context, publishMessage(input), aboutReceiverOf(input)),
    correlateMessage: (context, input) =>
      executor.run(context, correlateMessage(input), aboutReceiverOf(input)),
    broadcastSignal: (context, input) => run(context, broadcastSignal(input)),
    evaluateConditions: (context, input) => run(context, evaluateConditions(input)),
    claimUserTask: (context, id, input) => run(context, claimUserTask(id, input), id, 'userTask'),
    unclaimUserTask: (context, id, input) => run(context, unclaimUserTask(id, input), id, 'userTask'),
    completeUserTask: (context, id, input) => run(context, completeUserTask(id, input), id, 'userTask'),
    throwUserTaskError: (context, id, input) => run(context, throwUserTaskError(id, input), id, 'userTask'),
    throwUserTaskEscalation: (context, id, input) =>
      run(context, throwUserTaskEscalation(id, input), id, 'userTask'),
    updateUserTask: (context, id, input) => run(context, updateUserTask(id, input), id, 'userTask'),
    activateJobs: (context, input, signal) => pollJobs(executor, jobs, clock, context, input, signal),
    completeJob: (context, id, input) => run(context, completeJob(id, input), id, 'job'),
    failJob: (context, id, input) => run(context, failJob(id, input), id, 'job'),
    throwJobError: (context, id, input) => run(context, throwJobError(id, input), id, 'job'),
    throwJobEscalation: (context, id, input) => run(context, throwJobEscalation(id, input), id, 'job'),
    scriptOf(tenantId, processDefinitionId, elementId) {
      const source = { find: queries.processDefinition, loadResource: queries.resource };
      return scriptOf(definitions, source, tenantId, { processDefinitionId, elementId });
    },
    extendJob: (context, id, input) => run(context, extendJob(id, input), id, 'job'),
    lockJob: (context, id, input) => run(context, lockJob(id, input), id, 'job'),
    lockJobs: (context, input) => run(context, lockJobs(input)),
    relayJobs: (context, claim) => run(context, relayJobs(claim)),
    forgetRelayedJobs: (context, { type, limit }) => run(context, forgetRelayedJobs(type, limit)),
    releaseJob: (context, id, input) => run(context, releaseJob(id, input), id, 'job'),
    updateJob: (context, id, input) => run(context, updateJob(id, input), id, 'job'),
    activateElements: (context, id, input) => run(context, activateElements(id, input), id),
    resolveIncident: (context, id) => run(context, resolveIncident(id), id),
    createBatch: (context, input) => run(context, createBatch(input)),
    cancelBatch: (context, id) => run(context, cancelBatch(id)),
    createWebhook: (context, input) => run(context, createWebhook(input)),
    updateWebhook: (context, id, update) => run(context, updateWebhook(id, update)),
    deleteWebhook: (context, id) => run(context, deleteWebhook(id)),
    rotateWebhookSecret: (context, id, input) => run(context, rotateWebhookSecret(id, input)),
    redeliverWebhook: (context, id, deliveryId) => run(context, redeliverWebhook(id, deliveryId)),
    takeNewJobs: (tenantId, type, taker) => jobTakers.register(tenantId, type, taker),
    releaseJobsOf: (context, worker) => run(context, releaseJobsOf(worker)),
    onJobsAvailable: (tenantId, type, callback) => jobs.subscribe(tenantId, type, callback),
    onJournalWritten: (callback) => listening(journalListeners, callback),
    onWebhooksChanged: (callback) => listening(webhookListeners, callback),
    async readiness() {
      const reasons: string[] = [];
      try {
        await store.ping();
      } catch (error) {
        // Anybody may ask, and the error may name the database.
        logger.warn({ err: error }, 'the database does not answer');
        reasons.push('The database does not answer.');
      }
      if (loops.some(({ isStopped }) => isStopped)) reasons.push('The server is starting or stopping.');
      return { ready: reasons.length === 0, reasons };
    },
    start(which = 'all') {
      wakeups.open();
      for (const loop of which === 'all' ? loops : [deliveries]) loop.start();
    },
    async stop() {
      endedInstances.stop();
      await Promise.all([...loops.map((loop) => loop.stop()), jobs.stop(), wakeups.close()]);
    },
  };
}

/** Answers how to stop. */
function listening(listeners: Set<() => void>, callback: () => void): () => void {
  const listener = (): void => callback();
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/**
 * Looks for jobs until there are some, the time is over, the caller has gone or the server stops. For a caller who has gone, and by a
 * server that stops, no jobs are taken, and those taken meanwhile are given back: nobody would do them before their deadline.
 */
async function pollJobs(
  executor: Executor,
  availability: JobAvailability,
  clock: Clock,
  context: RequestContext,
  input: ActivateJobsInput,
  signal?: AbortSignal,
): Promise<Outcome<readonly ActivatedJob[]>> {
  const until = clock.elapsed() + (input.requestTimeoutMs ?? 0);
  const poll = availability.poll(context.tenantId, input.type);
  try {
    while (!signal?.aborted && !availability.isStopped) {
      poll.look();
      const outcome = await executor.run(context, activateJobs(input));
      poll.looked();
      if (outcome.ok && signal?.aborted) {
        const { worker } = input;
        for (const { jobId, fence } of outcome.value)
          await executor.run(context, releaseJob(jobId, { fence, worker }));
        break;
      }
      if (!outcome.ok || outcome.value.length > 0 || clock.elapsed() >= until) return outcome;
      await poll.wait(until, signal);
    }
    return done([]);
  } finally {
    poll.close();
  }
}

/** A message is about the instance that waits for it, where one does. */
function aboutReceiverOf({ name, correlationKey }: PublishInput): RunOptions {
  if (correlationKey === undefined) return {};
  return { firstRead: { kind: 'messageSubscription', messageName: name, correlationKey } };
}
