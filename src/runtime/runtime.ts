import type { DecisionEvaluation } from '../engine/decision.js';
import type { Variables } from '../engine/json.js';
import type { ProcessInstanceStatus } from '../engine/state.js';
import type { AuditOrigin } from '../platform/audit-origin.js';
import type { BatchFilter, BatchInstruction, BatchRow } from './batch.js';
import type { JobTaker } from './job-handover.js';
import type { ModelDiagnostic, Outcome } from './outcome.js';
import type { JobFilter, JobReference, MessageResult, RelayClaim, RelayedJob } from './ports.js';
import type { Queries } from './queries.js';
import type { Reach } from './reach.js';
import type { WaitingStep } from './waiting-step.js';
import type { WebhookDeliveryRow, WebhookRow } from './webhook.js';

/** Who asks, and how a repeated request is known. */
export interface RequestContext {
  readonly tenantId: string;
  /** Who it is, for the journal and for tasks. */
  readonly actor: string;
  readonly traceparent?: string;
  /** Who asks for a change, and from where, for the audit log; absent where nobody does: timers, jobs, deliveries. */
  readonly audit?: AuditOrigin;
  /** What of the tenant the caller reaches; absent: everything. */
  readonly reach?: Reach;
  /** Given with an `Idempotency-Key`: the first outcome is kept for 24 h in the same transaction and given again. */
  readonly idempotency?: {
    readonly operation: string;
    readonly key: string;
    /** Whose key it is. Default: the actor's. */
    readonly principal?: string;
    /** SHA-256 of method, path and body. */
    readonly fingerprint: string;
  };
}

/**
 * The use cases of the server, durable: a promise that resolves with `ok` has been committed and fsynced.
 * Everything is of the context's tenant; ids of other tenants are `not-found`.
 */
/** JavaScript of a model, which the server's sandbox runs. */
export interface Script {
  readonly source: string;
  readonly resultVariable?: string;
}

export interface Runtime {
  /** Committed reads: they see what any resolved use case has written. */
  readonly queries: Queries;

  /** All or nothing. An unchanged model gives its present version again. */
  deploy(context: RequestContext, input: DeployInput): Promise<Outcome<Deployment>>;
  /** `invalid-state` while instances run. */
  deleteProcessDefinition(context: RequestContext, processDefinitionId: string): Promise<Outcome<null>>;

  deleteDecisionDefinition(context: RequestContext, decisionDefinitionId: string): Promise<Outcome<null>>;
  /** `decision-failed` when the variables do not fit the model. Writes nothing. */
  evaluateDecision(
    tenantId: string,
    input: EvaluateDecisionInput,
  ): Promise<Outcome<EvaluatedDecisionDefinition>>;

  startProcessInstance(context: RequestContext, input: StartInput): Promise<Outcome<StartedInstance>>;
  /** Resolves when the instance has ended, or after the time, or when the signal aborts; answers whether it has ended. */
  awaitEnd(
    tenantId: string,
    processInstanceId: string,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<boolean>;
  cancelProcessInstance(context: RequestContext, processInstanceId: string): Promise<Outcome<null>>;
  /** It stands still until it is resumed; what it called goes on. `invalid-state` when it is suspended already. */
  suspendProcessInstance(context: RequestContext, processInstanceId: string): Promise<Outcome<null>>;
  /** `invalid-state` when it is not suspended. */
  resumeProcessInstance(context: RequestContext, processInstanceId: string): Promise<Outcome<null>>;
  /** Puts and takes away tokens, all or nothing; `errors` of a refusal says which instructions cannot be done. */
  modifyProcessInstance(
    context: RequestContext,
    processInstanceId: string,
    input: ModifyInput,
  ): Promise<Outcome<ModifiedInstance>>;
  /** The instance goes on by another definition; `errors` of a refusal says what has no place there. */
  migrateProcessInstance(
    context: RequestContext,
    processInstanceId: string,
    input: MigrateInput,
  ): Promise<Outcome<MigratedInstance>>;
  /** With everything it called; `invalid-state` while one of them is active. */
  deleteProcessInstance(context: RequestContext, processInstanceId: string): Promise<Outcome<null>>;
  /** Merged over the scopes visible from the given element instance; without one, the process instance's own. */
  variables(
    tenantId: string,
    processInstanceId: string,
    scopeElementInstanceId?: string,
  ): Promise<Outcome<Variables>>;
  setVariables(
    context: RequestContext,
    processInstanceId: string,
    input: { readonly variables: Variables; readonly scopeElementInstanceId?: string },
  ): Promise<Outcome<null>>;
  /** Fires it now. */
  triggerTimer(context: RequestContext, processInstanceId: string, timerId: string): Promise<Outcome<null>>;

  /** The steps of an active instance that somebody can move on by a choice (`throughline:voice`), in order of activation. */
  waitingSteps(tenantId: string, processInstanceId: string): Promise<readonly WaitingStep[]>;
  /**
   * Triggers the event, or completes the user task, that the choice stands for: of this very step, whoever else waits for the
   * same message. `invalid-state` when the step does not wait any more, `invalid-argument` when it has no such choice.
   */
  chooseAtStep(context: RequestContext, input: StepChoice): Promise<Outcome<ChosenStep>>;
  /** Takes the choice, or, where there is none or its step does not wait any more, publishes the message. */
  receiveReply(context: RequestContext, input: Reply): Promise<Outcome<ReceivedReply>>;

  publishMessage(context: RequestContext, input: PublishInput): Promise<Outcome<PublishedMessage>>;
  /** `no-subscription` when nobody waits. */
  correlateMessage(
    context: RequestContext,
    input: Omit<PublishInput, 'timeToLiveMs' | 'messageId'>,
  ): Promise<Outcome<{ readonly processInstanceId: string }>>;
  /** Who waits at the commit will get the signal, each in a transaction of its own. */
  broadcastSignal(
    context: RequestContext,
    input: { readonly name: string; readonly variables?: Variables },
  ): Promise<Outcome<BroadcastSignal>>;
  /** Starts an instance for each conditional start event, of the latest versions, whose condition is true of the variables. */
  evaluateConditions(
    context: RequestContext,
    input: EvaluateConditionsInput,
  ): Promise<Outcome<EvaluatedConditions>>;

  claimUserTask(
    context: RequestContext,
    userTaskId: string,
    input: { readonly assignee?: string },
  ): Promise<Outcome<null>>;
  /** With `isOwnOnly`, `forbidden` where somebody else has it. */
  unclaimUserTask(
    context: RequestContext,
    userTaskId: string,
    input?: { readonly isOwnOnly?: boolean },
  ): Promise<Outcome<null>>;
  completeUserTask(
    context: RequestContext,
    userTaskId: string,
    input: { readonly variables?: Variables },
  ): Promise<Outcome<null>>;
  throwUserTaskError(
    context: RequestContext,
    userTaskId: string,
    input: ThrowErrorInput,
  ): Promise<Outcome<null>>;
  throwUserTaskEscalation(
    context: RequestContext,
    userTaskId: string,
    input: ThrowEscalationInput,
  ): Promise<Outcome<null>>;
  updateUserTask(context: RequestContext, userTaskId: string, input: UserTaskUpdate): Promise<Outcome<null>>;

  /** Long poll: answers as soon as there is a job, else after `requestTimeoutMs` (0: at once) or when the signal aborts. */
  activateJobs(
    context: RequestContext,
    input: ActivateJobsInput,
    signal?: AbortSignal,
  ): Promise<Outcome<readonly ActivatedJob[]>>;
  /** What is given of the holder must be that of the present activation: else `job-not-held`. Likewise below. */
  completeJob(context: RequestContext, jobId: string, input: CompleteJobInput): Promise<Outcome<null>>;
  /** `retries` is what is left after this failure (default: one fewer); 0 raises an incident. */
  failJob(
    context: RequestContext,
    jobId: string,
    input: {
      readonly retries?: number;
      readonly backoffMs?: number;
      readonly errorMessage: string;
    } & JobHolder,
  ): Promise<Outcome<null>>;
  throwJobError(
    context: RequestContext,
    jobId: string,
    input: ThrowErrorInput & JobHolder,
  ): Promise<Outcome<null>>;
  throwJobEscalation(
    context: RequestContext,
    jobId: string,
    input: ThrowEscalationInput & JobHolder,
  ): Promise<Outcome<null>>;
  /** The JavaScript of a script task of a deployed process; undefined where the element is none, or has none. */
  scriptOf(tenantId: string, processDefinitionId: string, elementId: string): Promise<Script | undefined>;
  extendJob(
    context: RequestContext,
    jobId: string,
    input: { readonly timeoutMs: number } & JobHolder,
  ): Promise<Outcome<null>>;
  /** Takes this very job, which nobody else holds, or holds it on: `job-not-held` when another worker does. */
  lockJob(
    context: RequestContext,
    jobId: string,
    input: { readonly worker: string; readonly timeoutMs: number },
  ): Promise<Outcome<null>>;
  /** Takes those of these jobs that nobody has taken since they had that fence, and that can be taken now. */
  lockJobs(context: RequestContext, input: LockJobsInput): Promise<Outcome<readonly ActivatedJob[]>>;
  /** Jobs to be put on a queue now: see `JobStore.relay`. */
  relayJobs(
    context: RequestContext,
    claim: Omit<RelayClaim, 'tenantId'>,
  ): Promise<Outcome<readonly RelayedJob[]>>;
  /** A queue has lost them: up to `limit` jobs are put on it again at once. Answers how many. */
  forgetRelayedJobs(
    context: RequestContext,
    input: { readonly type: string; readonly limit: number },
  ): Promise<Outcome<number>>;
  /** Gives a held job back, with its retries untouched. */
  releaseJob(context: RequestContext, jobId: string, input: JobHolder): Promise<Outcome<null>>;
  updateJob(
    context: RequestContext,
    jobId: string,
    input: { readonly retries: number },
  ): Promise<Outcome<null>>;

  resolveIncident(context: RequestContext, incidentId: string): Promise<Outcome<null>>;

  /** Does something to many process instances, in the background; `too-many-requests` while too many batches are open. */
  createBatch(context: RequestContext, input: CreateBatchInput): Promise<Outcome<BatchRow>>;
  /** When this resolves, the batch changes nothing more; `invalid-state` when it has ended. */
  cancelBatch(context: RequestContext, batchId: string): Promise<Outcome<null>>;

  /** `limit-exceeded` when the tenant has too many. */
  createWebhook(context: RequestContext, input: CreateWebhookInput): Promise<Outcome<WebhookRow>>;
  updateWebhook(
    context: RequestContext,
    webhookId: string,
    update: WebhookUpdate,
  ): Promise<Outcome<WebhookRow>>;
  deleteWebhook(context: RequestContext, webhookId: string): Promise<Outcome<null>>;
  /** Signs with both secrets for so long; with 0, with the new one alone from now on. */
  rotateWebhookSecret(
    context: RequestContext,
    webhookId: string,
    input: { readonly secret: string; readonly overlapMs: number },
  ): Promise<Outcome<WebhookRow>>;
  /** Sends an event again whose delivery has ended; `invalid-state` for others, and while the webhook is disabled. */
  redeliverWebhook(
    context: RequestContext,
    webhookId: string,
    deliveryId: string,
  ): Promise<Outcome<WebhookDeliveryRow>>;

  /** What is done next in an ad-hoc sub-process. */
  activateElements(
    context: RequestContext,
    elementInstanceId: string,
    input: { readonly elementIds: readonly string[]; readonly variables: Variables },
  ): Promise<Outcome<null>>;

  /**
   * Gives new jobs of the type to a worker of this process, held by it from the commit that creates them, as long as it has places;
   * answers how to end that.
   */
  takeNewJobs(tenantId: string, type: string, taker: JobTaker): () => void;
  /** Gives back everything that the worker holds, with retries untouched; for one that is known to be gone. Answers how many. */
  releaseJobsOf(context: RequestContext, worker: string): Promise<Outcome<number>>;
  /** Calls back after each commit that offered jobs of the type, and when a back-off or deadline has passed; answers how to stop. */
  onJobsAvailable(tenantId: string, type: string, callback: () => void): () => void;
  /** Calls back after each commit of this node that added to the journal; answers how to stop. */
  onJournalWritten(callback: () => void): () => void;
  /** Calls back after each commit of this node that changed webhooks; answers how to stop. */
  onWebhooksChanged(callback: () => void): () => void;
  /** The store answers, the loops run. Reasons otherwise, which anybody may read. */
  readiness(): Promise<{ readonly ready: boolean; readonly reasons: readonly string[] }>;
  /** Starts the loops; of a process that only does jobs, the one alone that takes on what its own commands have begun. */
  start(which?: 'all' | 'deliveries'): void;
  /** Stops the loops, finishes what is in flight. */
  stop(): Promise<void>;
}

export interface DeployInput {
  readonly resources: readonly { readonly name: string; readonly content: string }[];
  /** Only validates: nothing is written. */
  readonly dryRun?: boolean;
}

export interface Deployment {
  /** Absent on a dry run. */
  readonly deploymentId?: string;
  readonly processDefinitions: readonly {
    /** Absent on a dry run of a new version. */
    readonly processDefinitionId?: string;
    readonly bpmnProcessId: string;
    readonly name?: string;
    readonly version: number;
    readonly versionTag?: string;
  }[];
  readonly decisionDefinitions: readonly {
    /** Absent on a dry run of a new version. */
    readonly decisionDefinitionId?: string;
    readonly decisionId: string;
    readonly name?: string;
    readonly version: number;
    readonly versionTag?: string;
  }[];
  readonly diagnostics: readonly ModelDiagnostic[];
}

export interface EvaluateDecisionInput {
  /** Exactly one of `decisionId` and `decisionDefinitionId`. */
  readonly decisionId?: string;
  readonly decisionDefinitionId?: string;
  /** With `decisionId`; default the latest. */
  readonly version?: number;
  readonly variables?: Variables;
}

/** What a decision has come to, and which version of it. */
export interface EvaluatedDecisionDefinition extends DecisionEvaluation {
  readonly decisionId: string;
  readonly decisionDefinitionId: string;
  readonly version: number;
}

export interface StartInput {
  /** Exactly one of `bpmnProcessId` and `processDefinitionId`. */
  readonly bpmnProcessId?: string;
  readonly processDefinitionId?: string;
  /** With `bpmnProcessId`; default the latest. */
  readonly version?: number;
  readonly businessKey?: string;
  readonly variables?: Variables;
  readonly startElementId?: string;
}

export interface MigrateInput {
  readonly targetProcessDefinitionId: string;
  /** Of elements, and of sequence flows that lead to a join; what is not named keeps its id. */
  readonly mappings?: readonly { readonly from: string; readonly to: string }[];
  /** Only says whether it can be done. */
  readonly dryRun?: boolean;
}

export interface MigratedInstance {
  readonly processInstanceId: string;
  readonly sourceProcessDefinitionId: string;
  readonly targetProcessDefinitionId: string;
  readonly dryRun: boolean;
}

export interface CreateBatchInput {
  readonly instruction: BatchInstruction;
  /** Exactly one of `filter` and `processInstanceIds`. */
  readonly filter?: BatchFilter;
  readonly processInstanceIds?: readonly string[];
}

export type CreateWebhookInput = Pick<
  WebhookRow,
  'name' | 'url' | 'filter' | 'followsRedirects' | 'secret' | 'position'
>;

/** What is absent stays as it is. */
export type WebhookUpdate = Partial<Pick<WebhookRow, 'name' | 'url' | 'filter' | 'followsRedirects'>> & {
  readonly enabled?: boolean;
};

/** Instructions by the ids that the world sees. */
export interface ModifyInput {
  readonly activate?: readonly (ModifyTarget & { readonly elementId: string })[];
  readonly cancel?: readonly NamedInstances[];
  readonly move?: readonly (ModifyTarget & { readonly from: NamedInstances; readonly toElementId: string })[];
}

interface ModifyTarget {
  readonly variables?: Variables;
  readonly ancestorElementInstanceId?: string;
}

/** One element instance, or all active ones of an element. */
export type NamedInstances = { readonly elementInstanceId: string } | { readonly elementId: string };

export interface ModifiedInstance {
  readonly processInstanceId: string;
  /** After everything that could be done at once. */
  readonly state: ProcessInstanceStatus;
}

export interface StartedInstance {
  readonly processInstanceId: string;
  readonly processDefinitionId: string;
  readonly bpmnProcessId: string;
  readonly version: number;
  readonly businessKey?: string;
  /** After everything that could be done at once. */
  readonly state: ProcessInstanceStatus;
}

/** What somebody has chosen at a waiting step. */
export interface StepChoice {
  readonly elementInstanceId: string;
  readonly digit: string;
  /** Besides those of the choice, which cover them. */
  readonly variables?: Variables;
}

/** What the choice has come to in the same transaction. */
export interface ChosenStep {
  readonly processInstanceId: string;
  /** In which the choice was offered, where the model says it. */
  readonly language?: string;
  /** The next step of the journey that somebody can move on, where it is there already. */
  readonly next?: WaitingStep;
  /** Jobs or called processes are under way, after which there may be a next step. */
  readonly busy: boolean;
}

/** What somebody has written, by mail or text. */
export interface Reply {
  readonly choice?: StepChoice;
  readonly otherwise: PublishInput;
}

export type ReceivedReply =
  | { readonly outcome: 'chosen'; readonly processInstanceIds: readonly string[] }
  | Pick<PublishedMessage, 'outcome' | 'processInstanceIds' | 'duplicate'>;

export interface PublishInput {
  readonly name: string;
  readonly correlationKey?: string;
  readonly messageId?: string;
  readonly timeToLiveMs?: number;
  readonly variables?: Variables;
}

export interface PublishedMessage extends MessageResult {
  readonly messageId: string;
  /** A `messageId` seen before, within its time to live. */
  readonly duplicate?: true;
}

export interface BroadcastSignal {
  readonly signalId: string;
  /** How many waiting subscriptions will get it. */
  readonly subscriptions: number;
  /** Ids of the instances that it started. */
  readonly startedProcessInstances: readonly string[];
}

export interface EvaluateConditionsInput {
  /** Only this process; else all. */
  readonly bpmnProcessId?: string;
  readonly businessKey?: string;
  readonly variables?: Variables;
}

export interface EvaluatedConditions {
  /** Ids of the instances that were started. */
  readonly startedProcessInstances: readonly string[];
  /** Conditions that gave neither true nor false. */
  readonly problems: readonly {
    readonly bpmnProcessId: string;
    readonly elementId: string;
    readonly message: string;
  }[];
}

export interface ThrowErrorInput {
  readonly errorCode: string;
  readonly errorMessage?: string;
  readonly variables?: Variables;
}

export interface ThrowEscalationInput {
  readonly escalationCode: string;
  readonly variables?: Variables;
}

/** `null` takes the value away, absent leaves it. Times in milliseconds since the epoch. */
export interface UserTaskUpdate {
  readonly assignee?: string | null;
  readonly candidateGroups?: readonly string[];
  readonly candidateUsers?: readonly string[];
  readonly dueAt?: number | null;
  readonly followUpAt?: number | null;
  readonly priority?: number;
}

/** Which activation of a job a worker means. */
export interface JobHolder {
  readonly fence?: number;
  readonly worker?: string;
}

export interface CompleteJobInput extends JobHolder {
  readonly variables?: Variables;
  /** Seen by the output mappings of the element alone. */
  readonly localVariables?: Variables;
}

export interface ActivateJobsInput {
  readonly type: string;
  readonly worker: string;
  readonly maxJobs: number;
  readonly timeoutMs: number;
  /** Only these variables; default all visible ones. */
  readonly fetchVariables?: readonly string[];
  readonly requestTimeoutMs?: number;
  /** Default: every job of the type. */
  readonly only?: JobFilter;
}

export interface LockJobsInput {
  readonly jobs: readonly JobReference[];
  readonly worker: string;
  readonly timeoutMs: number;
  /** Only these variables; default all visible ones. */
  readonly fetchVariables?: readonly string[];
}

export interface ActivatedJob {
  readonly jobId: string;
  readonly type: string;
  readonly retries: number;
  readonly variables: Variables;
  readonly customHeaders: Readonly<Record<string, string>>;
  readonly elementId: string;
  readonly elementInstanceId: string;
  readonly processInstanceId: string;
  readonly processDefinitionId: string;
  readonly bpmnProcessId: string;
  readonly businessKey?: string;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  readonly fence: number;
  /** Of the journey, for what the job causes elsewhere (W3C Trace Context). */
  readonly traceparent?: string;
}
