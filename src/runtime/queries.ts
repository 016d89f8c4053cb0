import type { JsonValue } from '../engine/json.js';
import type { ProcessEvent } from '../engine/event.js';
import type { ApiKeyRow } from './api-key.js';
import type { AuditRow } from './audit.js';
import type { BatchItemRow, BatchRow } from './batch.js';
import type { OpenCounts } from './open-counts.js';
import type { Reach } from './reach.js';
import type { JournalFeed } from './journal-feed.js';
import type { LoginSessionRow } from './login-session.js';
import type { EndedDefinition } from './retention.js';
import type { ServedWebhook, WebhookDeliveryRow, WebhookRow } from './webhook.js';
import type {
  DecisionDefinitionRow,
  IncidentRow,
  JobRow,
  PendingDelivery,
  ProcessDefinitionRow,
  ProcessInstanceRow,
  ResourceRow,
  TimerRow,
  UserTaskRow,
} from './ports.js';

/** A scalar that a filter compares with. Times are milliseconds since the epoch here. */
export type FilterScalar = string | number | boolean;

/** One condition on one field; several keys are all to hold. `$like` knows `*` and `?`, `\` escapes. */
export interface FieldFilter {
  readonly $eq?: FilterScalar;
  readonly $neq?: FilterScalar;
  readonly $in?: readonly FilterScalar[];
  readonly $gt?: FilterScalar;
  readonly $gte?: FilterScalar;
  readonly $lt?: FilterScalar;
  readonly $lte?: FilterScalar;
  readonly $like?: string;
  readonly $exists?: boolean;
}

/** Conditions by field name (the names of the REST contract). The facade has checked names and types. */
export interface SearchRequest {
  readonly filter: Readonly<Record<string, FieldFilter>>;
  /** Process instances only: variables that must have exactly these values. */
  readonly variables?: readonly { readonly name: string; readonly value: JsonValue }[];
  /** User tasks only: at least one of these is among the candidates. */
  readonly candidateGroups?: readonly string[];
  readonly candidateUsers?: readonly string[];
  /** What the caller reaches; the others are not there. */
  readonly reach?: Reach;
  /** The id is always the last criterion, so that the order is total. */
  readonly sort: readonly { readonly field: string; readonly order: 'asc' | 'desc' }[];
  readonly page: {
    readonly limit: number;
    readonly after?: string;
    readonly before?: string;
    readonly from?: number;
  };
}

export interface SearchResult<Row> {
  readonly items: readonly Row[];
  readonly page: {
    /** How many there are at least: counts to 10,000, or to fewer where each row has to be looked up elsewhere. */
    readonly totalItems: number;
    /** Counting has ended early. */
    readonly hasMoreTotalItems: boolean;
    readonly startCursor?: string;
    readonly endCursor?: string;
  };
}

/** A cursor that this search did not give out. */
export class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor';
}

/** A process instance without its document. */
export type ProcessInstanceSummary = Omit<
  ProcessInstanceRow,
  'state' | 'revision' | 'rootProcessInstanceId' | 'traceparent'
> & {
  readonly status: ProcessInstanceRow['state']['status'];
  readonly errorCode?: string;
  readonly suspended: boolean;
};

export interface ElementStatistics {
  readonly elementId: string;
  readonly active: number;
  readonly completed: number;
  readonly canceled: number;
  readonly incidents: number;
}

export interface ElementInstanceView {
  readonly elementInstanceId: string;
  readonly elementId: string;
  readonly elementName?: string;
  readonly elementType: string;
  readonly state: 'active' | 'completed' | 'canceled';
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly parentElementInstanceId?: string;
  /** The incident that is open now. */
  readonly incidentId?: string;
}

/** One command of an instance, in the order of commits. */
export interface HistoryEntry {
  /** The journal's sequence: rises, has gaps. */
  readonly sequence: string;
  readonly at: number;
  readonly actor: string;
  readonly command: string;
  readonly eventVersion: number;
  readonly events: readonly ProcessEvent[];
}

export interface JobCount {
  readonly type: string;
  readonly state: JobRow['state'];
  readonly count: number;
}

/** Reads of committed state. All are of one tenant; what belongs to another is not there. */
export interface Queries {
  /** Of every tenant. */
  readonly journal: JournalFeed;
  searchProcessDefinitions(
    tenantId: string,
    request: SearchRequest,
  ): Promise<SearchResult<ProcessDefinitionRow>>;
  processDefinition(tenantId: string, processDefinitionId: string): Promise<ProcessDefinitionRow | undefined>;
  searchDecisionDefinitions(
    tenantId: string,
    request: SearchRequest,
  ): Promise<SearchResult<DecisionDefinitionRow>>;
  decisionDefinition(
    tenantId: string,
    decisionDefinitionId: string,
  ): Promise<DecisionDefinitionRow | undefined>;
  /** By the decision's id in its model; without a version the latest. */
  decisionDefinitionVersion(
    tenantId: string,
    decisionId: string,
    version: number | undefined,
  ): Promise<DecisionDefinitionRow | undefined>;
  resource(tenantId: string, resourceId: string): Promise<ResourceRow | undefined>;
  elementStatistics(tenantId: string, processDefinitionId: string): Promise<readonly ElementStatistics[]>;
  searchProcessInstances(
    tenantId: string,
    request: SearchRequest,
  ): Promise<SearchResult<ProcessInstanceSummary>>;
  /** Ids alone, without a count of all; `endCursor` is absent where nothing follows. */
  processInstanceIds(
    tenantId: string,
    request: SearchRequest,
  ): Promise<{ readonly ids: readonly string[]; readonly endCursor?: string }>;
  processInstance(tenantId: string, processInstanceId: string): Promise<ProcessInstanceRow | undefined>;
  /** In order of activation. */
  elementInstances(
    tenantId: string,
    processInstanceId: string,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<{ readonly items: readonly ElementInstanceView[]; readonly endCursor?: string }>;
  history(
    tenantId: string,
    processInstanceId: string,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<{ readonly items: readonly HistoryEntry[]; readonly endCursor?: string }>;
  timersOf(tenantId: string, processInstanceId: string): Promise<readonly TimerRow[]>;
  searchUserTasks(tenantId: string, request: SearchRequest): Promise<SearchResult<UserTaskRow>>;
  userTask(tenantId: string, userTaskId: string): Promise<UserTaskRow | undefined>;
  searchJobs(tenantId: string, request: SearchRequest): Promise<SearchResult<JobRow>>;
  searchIncidents(
    tenantId: string,
    request: SearchRequest,
  ): Promise<SearchResult<IncidentRow & { readonly resolvedAt?: number }>>;
  searchBatches(tenantId: string, request: SearchRequest): Promise<SearchResult<BatchRow>>;
  batch(tenantId: string, batchId: string): Promise<BatchRow | undefined>;
  searchBatchItems(
    tenantId: string,
    batchId: string,
    request: SearchRequest,
  ): Promise<SearchResult<BatchItemRow>>;
  searchAuditEntries(tenantId: string, request: SearchRequest): Promise<SearchResult<AuditRow>>;
  /** The same without a count of all; `endCursor` is absent where nothing follows. */
  auditEntries(
    tenantId: string,
    request: SearchRequest,
  ): Promise<{ readonly items: readonly AuditRow[]; readonly endCursor?: string }>;
  searchApiKeys(tenantId: string, request: SearchRequest): Promise<SearchResult<ApiKeyRow>>;
  /** Of every tenant: whose key it is, is what is asked. */
  apiKey(apiKeyId: string): Promise<ApiKeyRow | undefined>;
  searchWebhooks(tenantId: string, request: SearchRequest): Promise<SearchResult<WebhookRow>>;
  webhook(tenantId: string, webhookId: string): Promise<WebhookRow | undefined>;
  searchWebhookDeliveries(
    tenantId: string,
    webhookId: string,
    request: SearchRequest,
  ): Promise<SearchResult<WebhookDeliveryRow>>;
  /** Of every tenant: what waits to be delivered to a webhook, in order. */
  pendingWebhookDeliveries(webhookId: string): Promise<readonly WebhookDeliveryRow[]>;
  /** Of every tenant: the enabled webhooks that the node serves. */
  webhooksServedBy(node: string): Promise<readonly ServedWebhook[]>;
  /** Of every tenant, also one that has ended and is not removed yet. */
  loginSession(digest: string): Promise<LoginSessionRow | undefined>;
  /** Of every tenant: up to `limit` deliveries in order of writing; `after` continues a scan. */
  pendingDeliveries(limit: number, after?: string): Promise<readonly PendingDelivery[]>;
  /** Of every tenant: up to `limit` deliveries that cancel called instances. */
  pendingCancellations(limit: number): Promise<readonly PendingDelivery[]>;
  /** Of every tenant: the definition with ended instances that comes after that one. */
  nextEndedDefinition(after?: string): Promise<EndedDefinition | undefined>;
  /** When the next timer is due; undefined without any. */
  nextTimerDueAt(): Promise<number | undefined>;
  /** When a job of the type can be activated next: in the past where one is offered, else the first end of a back-off or deadline. */
  nextJobAvailableAt(tenantId: string, type: string): Promise<number | undefined>;
  /** Of every tenant: what is open by process, counted within bounds; ask for it now and then. */
  openCounts(): Promise<OpenCounts>;
  /** How many jobs there are that have not ended, counted to 50,000 at most; ask for it now and then. */
  jobCounts(tenantId: string): Promise<readonly JobCount[]>;
  /** How many process instances are active, counted to `most` at most. */
  activeInstanceCount(tenantId: string, most: number): Promise<number>;
  /** Latest definition of every process of the tenant. */
  latestProcessDefinitions(tenantId: string): Promise<readonly ProcessDefinitionRow[]>;
}
