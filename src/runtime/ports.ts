import type { JsonValue, Variables } from '../engine/json.js';
import type { ProcessEvent } from '../engine/event.js';
import type { IncidentCode, ProcessInstanceState } from '../engine/state.js';
import type { RateBuckets } from '../platform/rate-buckets.js';
import type { ApiKeyStore } from './api-key.js';
import type { AuditStore } from './audit.js';
import type { BatchStore } from './batch.js';
import type { DeliveryBody } from './delivery.js';
import type { Hint, HintLine } from './hint.js';
import type { LoginSessionStore } from './login-session.js';
import type { Queries } from './queries.js';
import type { RetentionStore } from './retention.js';
import type { SearchableVariable } from './searchable-value.js';
import type { ServerEvent } from './server-event.js';
import type { StartArrivalStore } from './start-arrival.js';
import type { WebhookStore } from './webhook.js';

export type * from './api-key.js';
export type { AuditedState, AuditRow, AuditStore } from './audit.js';
export type * from './batch.js';
export type * from './hint.js';
export type * from './journal-feed.js';
export type * from './login-session.js';
export type * from './open-counts.js';
export type * from './server-event.js';
export type * from './retention.js';
export type * from './start-arrival.js';
export type * from './webhook.js';
/** How a state is written down and read again. */
export { documentOf, stateOf } from '../engine/state-document.js';
export type * from './delivery.js';
export type * from './reach.js';
export * from './queries.js';

/** What is known of work before it begins. */
export interface WorkOptions {
  /** The process instance that the work is about: such work runs one after the other on this node. */
  readonly instanceId?: string;
  /** What the work claims and looks for before all else. */
  readonly idempotency?: IdempotencyScope;
  readonly firstRead?: FirstRead;
}

/**
 * What the work reads first, and locks, after the instance that it is about. A store may do so along with the beginning of the
 * transaction, which saves a round trip; where the work does not ask for it after all, it has been read for nothing.
 */
export type FirstRead = FirstReadKey & { readonly tenantId: string };

export type FirstReadKey =
  | {
      readonly kind: 'job' | 'timer' | 'userTask' | 'delivery' | 'latestProcessDefinition';
      /** Of the job, timer, user task or delivery; the id of the process in its model. */
      readonly id: string;
    }
  /** The one that the message goes to, and then its instance, which the work is about. */
  | {
      readonly kind: 'messageSubscription';
      readonly messageName: string;
      readonly correlationKey: string;
    };

/**
 * What the runtime needs of a database. Times are milliseconds since the epoch; ids are opaque strings; every row belongs to a tenant.
 */
export interface Store {
  /**
   * Runs `work` in one durable transaction and answers its result only after the commit (fsync included). Work
   * that throws leaves nothing behind and rejects with what it threw. It may be run again after a conflict, so it
   * must not change anything outside. Work that arrives together may share one commit, each unit isolated from
   * the failure of the others.
   * @throws StoreUnavailable when the database cannot be reached or its disk is full.
   */
  transact<T>(work: (tx: Transaction) => Promise<T>, options?: WorkOptions): Promise<T>;
  /** Whether all units of work are run one after the other, in the order of the calls. */
  readonly isSerial: boolean;
  /** Reads of committed state, outside any transaction. */
  readonly queries: Queries;
  /** Answers when the database answers; throws {@link StoreUnavailable} otherwise. */
  ping(): Promise<void>;
  /**
   * Opens a line to the other nodes on this database: `heard` is called with what they tell. It connects, and connects again, by itself;
   * where there can be no other node (SQLite), it is silent. It is to be closed before the store.
   */
  openHints(heard: (hint: Hint) => void): HintLine;
  /** Rate limits that the nodes on this database share; absent where there can be no other node (SQLite). */
  readonly rateBuckets?: RateBuckets;
  close(): Promise<void>;
}

/** The database is away, restarting or full. The command was not done; it may be sent again. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** The disk of the database is full: what reads still works. The command was not done. */
export class StorageFull extends StoreUnavailable {}

/** The database was lost while it committed: the command was done, or it was not. */
export class OutcomeUnknown extends StoreUnavailable {}

/** Thrown by work that found that it must begin again, because another transaction got in between. */
export class TransactionConflict extends Error {
  override readonly name = 'TransactionConflict';
}

/**
 * One unit of work. Writes answer nothing and may be kept back until the commit; a read sees the unit's own writes.
 */
export interface Transaction {
  /** The time by the database's clock (PostgreSQL) or the server's (SQLite); constant within the unit. */
  readonly now: number;
  /** Whether the unit has changed anything so far. */
  readonly hasWritten: boolean;
  /** Runs after the commit, never after a roll-back. Must not throw. */
  afterCommit(action: () => void): void;
  readonly processInstances: ProcessInstanceStore;
  readonly elementInstances: ElementInstanceStore;
  readonly variables: VariableStore;
  readonly journal: JournalStore;
  readonly jobs: JobStore;
  readonly timers: TimerStore;
  readonly userTasks: UserTaskStore;
  readonly incidents: IncidentStore;
  readonly messageSubscriptions: MessageSubscriptionStore;
  readonly messages: MessageStore;
  readonly messageStarts: MessageStartStore;
  readonly signalSubscriptions: SignalSubscriptionStore;
  readonly startSubscriptions: StartSubscriptionStore;
  readonly startArrivals: StartArrivalStore;
  readonly deliveries: DeliveryStore;
  readonly definitions: DefinitionStore;
  readonly decisionDefinitions: DecisionDefinitionStore;
  readonly idempotency: IdempotencyStore;
  readonly batches: BatchStore;
  readonly apiKeys: ApiKeyStore;
  readonly audit: AuditStore;
  readonly loginSessions: LoginSessionStore;
  readonly retention: RetentionStore;
  readonly webhooks: WebhookStore;
}

/** A process instance as stored: what is searched, and the document. */
export interface ProcessInstanceRow {
  readonly processInstanceId: string;
  readonly tenantId: string;
  readonly processDefinitionId: string;
  readonly bpmnProcessId: string;
  readonly version: number;
  readonly businessKey?: string;
  readonly parentProcessInstanceId?: string;
  readonly parentElementInstanceKey?: number;
  /** Of an instance that was called: the first caller, which nobody called. Absent in instances of before migration 0017. */
  readonly rootProcessInstanceId?: string;
  /** The trace that its journey is told in (W3C Trace Context). Absent in instances of before migration 0024. */
  readonly traceparent?: string;
  readonly hasIncident: boolean;
  readonly startedAt: number;
  readonly endedAt?: number;
  /** Raised by every save. */
  readonly revision: number;
  readonly state: ProcessInstanceState;
}

export interface ProcessInstanceStore {
  /** Locks the instance until the end of the transaction. */
  load(tenantId: string, processInstanceId: string): Promise<ProcessInstanceRow | undefined>;
  /** Without locks, those that exist, in any order: for reading the variables of jobs. */
  read(tenantId: string, processInstanceIds: readonly string[]): Promise<readonly ProcessInstanceRow[]>;
  insert(row: ProcessInstanceRow): void;
  /** `row.revision` is the one loaded plus one; a conflict runs the work again. */
  save(row: ProcessInstanceRow): void;
  /** Removes the instance and every row that is its own. It has ended. */
  remove(processInstanceId: string): void;
  /** Ids of up to `limit` and one more instances that the instance called, whatever their state. */
  findAllCalled(tenantId: string, parentProcessInstanceId: string, limit: number): Promise<readonly string[]>;
  /** Ids of the active instances that a call activity started, by the caller's element instance. */
  findCalled(
    tenantId: string,
    parentProcessInstanceId: string,
    parentElementInstanceKey: number,
  ): Promise<readonly string[]>;
  /** How many active instances an instance has called, directly or through others; counted up to `limit`. */
  countActiveCalled(tenantId: string, rootProcessInstanceId: string, limit: number): Promise<number>;
}

/** What queries and statistics read about an element instance. */
export interface ElementInstanceRow {
  readonly elementInstanceId: string;
  readonly tenantId: string;
  readonly processInstanceId: string;
  readonly processDefinitionId: string;
  readonly elementInstanceKey: number;
  readonly elementId: string;
  readonly elementName?: string;
  readonly elementType: string;
  readonly state: 'active' | 'completed' | 'canceled';
  readonly parentElementInstanceKey?: number;
  readonly startedAt: number;
  readonly endedAt?: number;
}

/** Rows that stand for something in an instance, and go with it to another definition. */
export interface MovableRows {
  /** The row with that id is of another element and definition from now on. */
  move(id: string, place: RowPlace): void;
}

export interface RowPlace {
  readonly elementId: string;
  readonly processDefinitionId: string;
  readonly bpmnProcessId: string;
}

export interface ElementInstanceStore {
  /** Rows may already have ended. */
  insert(rows: readonly ElementInstanceRow[]): void;
  /** Open element instances go on as those of another element and definition. */
  move(
    processInstanceId: string,
    processDefinitionId: string,
    moved: readonly Pick<ElementInstanceRow, 'elementInstanceKey' | 'elementId' | 'elementName'>[],
  ): void;
  end(
    processInstanceId: string,
    ended: readonly {
      readonly elementInstanceKey: number;
      readonly state: 'completed' | 'canceled';
      readonly endedAt: number;
    }[],
  ): void;
}

/** Variables of process instances that searches can filter on: scalars, by their JSON text. */
export interface VariableStore {
  /** A value of undefined makes the variable unsearchable (it is no scalar, or too long). */
  put(tenantId: string, processInstanceId: string, variables: readonly SearchableVariable[]): void;
}

/** The journal: one row per command. What is about no process instance has empty ids. */
export interface JournalRow {
  readonly tenantId: string;
  readonly processInstanceId: string;
  readonly processDefinitionId: string;
  readonly at: number;
  readonly actor: string;
  readonly traceparent?: string;
  readonly idempotencyKey?: string;
  readonly command: string;
  /** Schema version of the events. */
  readonly eventVersion: number;
  readonly events: readonly (ProcessEvent | ServerEvent)[];
}

export interface JournalStore {
  append(row: JournalRow): void;
}

/**
 * `created`: offered from `availableAt` on. `activated`: held by `worker` until `deadline`. `failed`: no retries left, an
 * incident tells. A job that has ended has no row.
 */
export type JobState = 'created' | 'activated' | 'failed';

export interface JobRow {
  readonly jobId: string;
  readonly tenantId: string;
  readonly type: string;
  readonly state: JobState;
  readonly processInstanceId: string;
  readonly processDefinitionId: string;
  readonly bpmnProcessId: string;
  readonly businessKey?: string;
  readonly elementId: string;
  readonly elementInstanceKey: number;
  readonly jobKey: number;
  readonly retries: number;
  readonly priority: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly createdAt: number;
  /** Not offered before; the end of a back-off. */
  readonly availableAt: number;
  readonly worker?: string;
  readonly deadline?: number;
  /** Raised at each activation; 0 before the first. */
  readonly fence: number;
  readonly errorMessage?: string;
}

/** Which jobs a worker wants, besides their type. */
export interface JobFilter {
  readonly businessKey?: string;
  readonly processDefinitionIds?: readonly string[];
  readonly bpmnProcessIds?: readonly string[];
}

export interface JobActivation {
  readonly tenantId: string;
  readonly type: string;
  readonly worker: string;
  readonly maxJobs: number;
  readonly timeoutMs: number;
  readonly only?: JobFilter;
}

/** One activation of one job that a queue has carried. */
export interface JobLock {
  readonly tenantId: string;
  readonly jobs: readonly JobReference[];
  readonly worker: string;
  readonly timeoutMs: number;
  /** Others are passed over. */
  readonly only?: { readonly types?: readonly string[]; readonly bpmnProcessIds?: readonly string[] };
}

/** A job as it stands when nobody has activated it since. */
export interface JobReference {
  readonly jobId: string;
  readonly fence: number;
}

export interface RelayClaim {
  readonly tenantId: string;
  readonly type: string;
  readonly limit: number;
  readonly againAfterMs: { readonly least: number; readonly most: number };
}

/** What a queue carries of a job: no variables. */
export interface RelayedJob extends JobReference {
  readonly priority: number;
}

export interface JobStore extends MovableRows {
  insert(row: JobRow): void;
  remove(jobId: string): void;
  /** An incident tells that the job cannot go on: state `failed`, no retries, no holder. */
  exhaust(jobId: string, errorMessage: string): void;
  /** Offers the job again at once: state `created`, at least the given retries, no holder. */
  retry(jobId: string, retries: number, availableAt: number): void;
  /** None of the instance's jobs is given out until it is resumed; those that are held stay held. */
  suspend(processInstanceId: string): void;
  /** Answers the types of the instance's jobs. */
  resume(processInstanceId: string): Promise<readonly string[]>;
  /**
   * Claims up to `maxJobs` jobs that are offered, or whose holder's deadline has passed: highest priority first,
   * then oldest. Each gets the worker, `deadline = now + timeoutMs` and a raised fence. Never waits for another claim.
   */
  activate(activation: JobActivation): Promise<readonly JobRow[]>;
  /**
   * Claims those of the named jobs that could be activated now and have that very fence; the others are passed over. As
   * {@link activate} otherwise.
   */
  lock(lock: JobLock): Promise<readonly JobRow[]>;
  /**
   * Up to `limit` jobs of the type that could be activated now and are to be put on a queue, the longest due first. Each is not
   * answered again before it has changed, or before a time has passed that grows with its age, from `againAfterMs.least` to
   * `againAfterMs.most`: what a queue has lost is put again, and what waits long in a queue is not put again and again.
   */
  relay(claim: RelayClaim): Promise<readonly RelayedJob[]>;
  /** A queue has lost what was put on it: up to `limit` of those jobs are put again at once. Answers how many. */
  forgetRelayed(tenantId: string, type: string, limit: number): Promise<number>;
  /** Offers again, at once and with retries untouched, what the worker holds. Answers the type of each. */
  releaseHeldBy(tenantId: string, worker: string): Promise<readonly string[]>;
  /** Locks the job. */
  load(tenantId: string, jobId: string): Promise<JobRow | undefined>;
  /** Replaces state, retries, availableAt, worker, deadline and errorMessage of the row. */
  save(row: JobRow): void;
}

/** A timer of a process instance, or (without instance) one that starts instances of a definition. */
export interface TimerRow {
  readonly timerId: string;
  readonly tenantId: string;
  readonly processDefinitionId: string;
  readonly processInstanceId?: string;
  readonly elementInstanceKey?: number;
  readonly timerKey?: number;
  readonly elementId: string;
  readonly dueAt: number;
  /** ISO 8601 duration or cron expression; only on a cycle that starts instances (others are the engine's business). */
  readonly interval?: string;
  readonly repetitionsLeft?: number;
  /** Which definition of a parallel multiple start event it is. */
  readonly part?: string;
}

export interface TimerStore extends MovableRows {
  insert(row: TimerRow, options?: { readonly isSuspended?: boolean }): void;
  /** None of the instance's timers is due until it is resumed. */
  suspend(processInstanceId: string): void;
  resume(processInstanceId: string): void;
  remove(timerId: string): void;
  /** Start timers of all versions of a process. */
  removeStartTimers(tenantId: string, processDefinitionIds: readonly string[]): void;
  /** Up to `limit` timers with `dueAt <= now`, oldest first, locked; those locked by others are passed over. */
  due(limit: number): Promise<readonly TimerRow[]>;
  load(tenantId: string, timerId: string): Promise<TimerRow | undefined>;
}

export type UserTaskState = 'created' | 'completed' | 'canceled';

export interface UserTaskRow {
  readonly userTaskId: string;
  readonly tenantId: string;
  readonly processInstanceId: string;
  readonly processDefinitionId: string;
  readonly bpmnProcessId: string;
  readonly businessKey?: string;
  readonly elementId: string;
  readonly elementInstanceKey: number;
  readonly userTaskKey: number;
  readonly name?: string;
  readonly state: UserTaskState;
  readonly assignee?: string;
  readonly candidateGroups: readonly string[];
  readonly candidateUsers: readonly string[];
  readonly dueAt?: number;
  readonly followUpAt?: number;
  readonly priority: number;
  readonly formId?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly endedAt?: number;
}

export interface UserTaskStore extends MovableRows {
  insert(row: UserTaskRow): void;
  /** Locks the task. */
  load(tenantId: string, userTaskId: string): Promise<UserTaskRow | undefined>;
  /** Replaces assignee, candidates, dates and priority. */
  save(row: UserTaskRow): void;
  end(userTaskId: string, state: 'completed' | 'canceled', endedAt: number): void;
}

export interface IncidentRow {
  readonly incidentId: string;
  readonly tenantId: string;
  readonly processInstanceId: string;
  readonly processDefinitionId: string;
  readonly bpmnProcessId: string;
  readonly elementId: string;
  readonly elementInstanceKey: number;
  readonly incidentKey: number;
  readonly jobId?: string;
  readonly code: IncidentCode;
  readonly message: string;
  readonly createdAt: number;
}

export interface IncidentStore extends MovableRows {
  insert(row: IncidentRow): void;
  /** It was resolved, or its element instance is gone: the row stays, with `resolvedAt`. */
  resolve(incidentId: string, resolvedAt: number): void;
  load(
    tenantId: string,
    incidentId: string,
  ): Promise<(IncidentRow & { readonly resolvedAt?: number }) | undefined>;
}

export interface MessageSubscriptionRow {
  readonly subscriptionId: string;
  readonly tenantId: string;
  readonly processInstanceId: string;
  readonly elementInstanceKey: number;
  readonly subscriptionKey: number;
  readonly elementId: string;
  readonly messageName: string;
  readonly correlationKey: string;
  readonly createdAt: number;
}

export interface MessageSubscriptionStore extends MovableRows {
  insert(row: MessageSubscriptionRow): void;
  remove(subscriptionId: string): void;
  load(tenantId: string, subscriptionId: string): Promise<MessageSubscriptionRow | undefined>;
  /** The oldest subscription for the message, not locked: the engine decides whether it still waits. */
  find(
    tenantId: string,
    messageName: string,
    correlationKey: string,
  ): Promise<MessageSubscriptionRow | undefined>;
}

/** What became of a published message. */
export interface MessageResult {
  readonly outcome: 'correlated' | 'started' | 'buffered' | 'discarded';
  readonly processInstanceIds: readonly string[];
}

/** A published message: buffered until it is consumed or expires; kept until then for its `messageId`. */
export interface MessageRow {
  /** Ours; rises with time. */
  readonly messageRowId: string;
  readonly tenantId: string;
  readonly name: string;
  readonly correlationKey?: string;
  /** The publisher's, or ours where it gave none. */
  readonly messageId: string;
  /** `started`: not for steps any more, but for further processes that it starts. */
  readonly state: 'buffered' | 'started' | 'consumed';
  readonly variables: Variables;
  readonly publishedAt: number;
  readonly expiresAt: number;
  /** Answer to the publisher, given again for the same `messageId`. */
  readonly result: MessageResult;
  /** How many deliveries led here. */
  readonly hops: number;
}

export interface MessageStore {
  /**
   * Keeps everything else that would open a subscription for, or publish, this message away until the end of the
   * transaction, so that none can miss the other. Take it after the lock of the process instance, never before.
   */
  lock(tenantId: string, name: string, correlationKey: string | undefined): Promise<void>;
  insert(row: MessageRow): void;
  /** The oldest buffered message that has not expired. Call it under {@link lock}. */
  findBuffered(tenantId: string, name: string, correlationKey: string): Promise<MessageRow | undefined>;
  consume(messageRowId: string): void;
  markStarted(messageRowId: string): void;
  findByMessageId(tenantId: string, name: string, messageId: string): Promise<MessageRow | undefined>;
  /**
   * Until the end of the transaction, keeps away deployments that have the message start something: who then finds nothing that it
   * starts may buffer it. Take it after every other lock.
   */
  lockToBuffer(tenantId: string, name: string): Promise<void>;
  /**
   * Waits for those who have {@link lockToBuffer}, and keeps others away. Take several in the order of the names, after
   * every other lock.
   */
  lockToStart(tenantId: string, name: string): Promise<void>;
  /** Whether any is buffered that has not expired. */
  hasBuffered(tenantId: string, name: string): Promise<boolean>;
  /** Those buffered without a correlation key, or with an empty one, the oldest first. */
  listWithoutKey(
    tenantId: string,
    name: string,
    page: { readonly after: string; readonly limit: number },
  ): Promise<readonly MessageRow[]>;
  /** The correlation keys, none of them empty, of those that are buffered. */
  listKeys(
    tenantId: string,
    name: string,
    page: { readonly after: string; readonly limit: number },
  ): Promise<readonly string[]>;
  /** Deletes up to `limit` expired messages; answers how many. */
  removeExpired(limit: number): Promise<number>;
}

/** Of a process, any version, one instance is active for each key of the messages that start it. */
export interface MessageStartKey {
  readonly tenantId: string;
  readonly bpmnProcessId: string;
  readonly correlationKey: string;
}

export interface MessageStartRow extends MessageStartKey {
  readonly processInstanceId: string;
}

export interface WaitingMessageStartRow extends MessageStartKey {
  readonly messageRowId: string;
  /** As the message does. */
  readonly expiresAt: number;
}

export interface MessageStartStore {
  /**
   * Keeps everybody else who would start the process by a message with that key away until the end of the transaction.
   * Take several in the order of the processes, and all before the locks of messages.
   */
  lock(key: MessageStartKey): Promise<void>;
  /** Whether an active instance has the key. Call it and what follows under {@link lock}. */
  isHeld(key: MessageStartKey): Promise<boolean>;
  hold(row: MessageStartRow): void;
  /** The instance has ended: gives its key free, if it has one, and has the next message looked for by a `startBuffered` delivery. Needs no lock. */
  release(processInstanceId: string): void;
  wait(row: WaitingMessageStartRow): void;
  /** Has every buffered message of the name with that key wait for it, besides those that do. */
  waitBuffered(key: MessageStartKey, name: string): void;
  /** The oldest message that waits for the key, has not expired and has gone to no step. */
  findWaiting(key: MessageStartKey): Promise<MessageRow | undefined>;
  removeWaiting(key: MessageStartKey, messageRowId: string): void;
}

export interface SignalSubscriptionRow {
  readonly subscriptionId: string;
  readonly tenantId: string;
  readonly processInstanceId: string;
  readonly elementInstanceKey: number;
  readonly subscriptionKey: number;
  readonly elementId: string;
  readonly signalName: string;
}

export interface SignalSubscriptionStore extends MovableRows {
  insert(row: SignalSubscriptionRow): void;
  remove(subscriptionId: string): void;
  /**
   * Writes one `triggerSignal` delivery for each subscription of the signal, in one statement; answers how many.
   */
  fanOut(tenantId: string, signalName: string, variables: Variables, hops: number): Promise<number>;
}

/** A start event of a deployed definition that a message, signal or condition triggers. Only the latest version has any. */
export interface StartSubscriptionRow {
  readonly tenantId: string;
  readonly kind: 'message' | 'signal' | 'conditional';
  /** Of the message or signal; empty for a condition, which stands in the model. */
  readonly name: string;
  readonly processDefinitionId: string;
  readonly bpmnProcessId: string;
  readonly elementId: string;
}

export interface StartSubscriptionStore {
  /** Replaces all subscriptions of the process (every version) by these. */
  replace(tenantId: string, bpmnProcessId: string, rows: readonly StartSubscriptionRow[]): void;
  /** The names of the messages that start the process. */
  listMessages(tenantId: string, bpmnProcessId: string): Promise<readonly string[]>;
  find(
    tenantId: string,
    kind: StartSubscriptionRow['kind'],
    name: string,
  ): Promise<readonly StartSubscriptionRow[]>;
}

/** What crosses from one instance to another: written with its cause, consumed once with its consequence. */
export interface DeliveryRow {
  /** Rises in the order of writing. */
  readonly deliveryId: string;
  readonly tenantId: string;
  /** How many deliveries led here, this one included. */
  readonly hops: number;
  /** Those of one lane are consumed in the order of writing: what one instance has thrown, or the signals for one. */
  readonly lane?: string;
  readonly body: DeliveryBody;
}

/** The lane of what an instance has thrown. */
export function laneFrom(processInstanceId: string): string {
  return processInstanceId;
}

/** The lane of the signals for an instance, and of what was held for it. */
export function laneTo(processInstanceId: string): string {
  return `>${processInstanceId}`;
}

/** The instance whose {@link laneTo} it is. */
export function instanceOfLane(lane: string | undefined): string | undefined {
  return lane?.startsWith(laneTo('')) ? lane.slice(laneTo('').length) : undefined;
}

/** What begins the lane of every cancellation: they are consumed before anything else. */
export const CANCELLATION_LANES = '!';

/** The lane of the cancellations of what an instance has called. */
export function laneOfCancellations(processInstanceId: string): string {
  return `${CANCELLATION_LANES}${processInstanceId}`;
}

/** What is to be consumed next. */
export type PendingDelivery = Pick<DeliveryRow, 'deliveryId' | 'tenantId' | 'lane'>;

export interface DeliveryStore {
  insert(row: Omit<DeliveryRow, 'deliveryId'>): void;
  /** Keeps a delivery for a suspended instance until {@link release}. */
  hold(row: Omit<DeliveryRow, 'deliveryId'>, processInstanceId: string): void;
  /** Makes everything that is held for the instance pending, in the order in which it was held. */
  release(processInstanceId: string): void;
  /** Locks and deletes it; undefined when another has it or had it, or when an earlier one of its lane is not consumed yet. */
  take(deliveryId: string): Promise<DeliveryRow | undefined>;
  /** From now on it neither waits for others nor lets others wait. */
  leaveLane(deliveryId: string): void;
}

export interface DeploymentRow {
  readonly deploymentId: string;
  readonly tenantId: string;
  readonly deployedAt: number;
  readonly actor: string;
}

export interface ResourceRow {
  readonly resourceId: string;
  readonly tenantId: string;
  readonly deploymentId: string;
  readonly name: string;
  /** SHA-256 of the content, hexadecimal. */
  readonly checksum: string;
  readonly content: string;
}

export interface ProcessDefinitionRow {
  readonly processDefinitionId: string;
  readonly tenantId: string;
  readonly deploymentId: string;
  readonly resourceId: string;
  readonly resourceName: string;
  readonly checksum: string;
  readonly bpmnProcessId: string;
  readonly name?: string;
  readonly version: number;
  readonly versionTag?: string;
  readonly deployedAt: number;
  /** As the model says it; what cannot be read counts as absent. */
  readonly historyTimeToLive?: string;
}

export interface DefinitionStore {
  /** Keeps other deployments of the tenant away until the end of the transaction. */
  lockDeployments(tenantId: string): Promise<void>;
  insertDeployment(row: DeploymentRow): void;
  insertResource(row: ResourceRow): void;
  insert(row: ProcessDefinitionRow): void;
  /** Nobody starts an instance of it until the end of the transaction; those that were being started are there. */
  lockForRemoval(tenantId: string, processDefinitionId: string): Promise<ProcessDefinitionRow | undefined>;
  /** Its version number is not given out again. */
  remove(
    row: Pick<ProcessDefinitionRow, 'processDefinitionId' | 'tenantId' | 'bpmnProcessId' | 'version'>,
  ): void;
  /** The highest version that a process has or had; 0 for a process that was never deployed. Call it under {@link lockDeployments}. */
  lastVersion(tenantId: string, bpmnProcessId: string): Promise<number>;
  /** What this and the finds below answer is not removed before the end of the transaction. */
  find(tenantId: string, processDefinitionId: string): Promise<ProcessDefinitionRow | undefined>;
  findLatest(tenantId: string, bpmnProcessId: string): Promise<ProcessDefinitionRow | undefined>;
  findVersion(
    tenantId: string,
    bpmnProcessId: string,
    version: number,
  ): Promise<ProcessDefinitionRow | undefined>;
  /** The newest with that tag. */
  findVersionTag(
    tenantId: string,
    bpmnProcessId: string,
    versionTag: string,
  ): Promise<ProcessDefinitionRow | undefined>;
  findInDeployment(
    tenantId: string,
    bpmnProcessId: string,
    deploymentId: string,
  ): Promise<ProcessDefinitionRow | undefined>;
  listVersions(tenantId: string, bpmnProcessId: string): Promise<readonly ProcessDefinitionRow[]>;
  loadResource(tenantId: string, resourceId: string): Promise<ResourceRow | undefined>;
  countActiveInstances(tenantId: string, processDefinitionId: string): Promise<number>;
}

export interface DecisionDefinitionRow {
  readonly decisionDefinitionId: string;
  readonly tenantId: string;
  readonly deploymentId: string;
  readonly resourceId: string;
  readonly resourceName: string;
  readonly checksum: string;
  /** The `id` of the decision in its model. */
  readonly decisionId: string;
  readonly name?: string;
  readonly version: number;
  readonly versionTag?: string;
  readonly deployedAt: number;
}

/** Decisions belong to the deployments and resources of {@link DefinitionStore}. */
export interface DecisionDefinitionStore {
  insert(row: DecisionDefinitionRow): void;
  remove(decisionDefinitionId: string): void;
  find(tenantId: string, decisionDefinitionId: string): Promise<DecisionDefinitionRow | undefined>;
  findLatest(tenantId: string, decisionId: string): Promise<DecisionDefinitionRow | undefined>;
  findVersion(
    tenantId: string,
    decisionId: string,
    version: number,
  ): Promise<DecisionDefinitionRow | undefined>;
  /** The newest with that tag. */
  findVersionTag(
    tenantId: string,
    decisionId: string,
    versionTag: string,
  ): Promise<DecisionDefinitionRow | undefined>;
  /** The newest that was deployed by then. */
  findAsOf(
    tenantId: string,
    decisionId: string,
    deployedAt: number,
  ): Promise<DecisionDefinitionRow | undefined>;
}

export interface IdempotencyScope {
  readonly tenantId: string;
  readonly principal: string;
  readonly operation: string;
  readonly key: string;
}

/** The first outcome of a request, kept to be given again. */
export interface IdempotencyRow extends IdempotencyScope {
  /** SHA-256 of what the request asked, hexadecimal. */
  readonly fingerprint: string;
  /** The use case's outcome: a value or a problem, from which the facade makes the same answer again. */
  readonly outcome: JsonValue;
  readonly expiresAt: number;
}

export interface IdempotencyStore {
  /**
   * Claims the key until the end of the transaction.
   * @returns 'in-flight' when another transaction, on any node, has it now.
   */
  claim(scope: IdempotencyScope): Promise<'claimed' | 'in-flight'>;
  find(scope: IdempotencyScope): Promise<IdempotencyRow | undefined>;
  insert(row: IdempotencyRow): void;
  removeExpired(limit: number): Promise<number>;
}
