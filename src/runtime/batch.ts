import type { AuditOrigin } from '../platform/audit-origin.js';
import type { SearchRequest } from './queries.js';
import type { Reach } from './reach.js';
import type { MigrateInput, ModifyInput } from './runtime.js';

/** What a batch does to each of its process instances. */
export type BatchInstruction =
  | { readonly operation: 'cancel' | 'suspend' | 'resume' | 'delete' }
  | {
      /** Every incident of the instance is resolved. */
      readonly operation: 'retry';
      /** What a job whose retries ran out gets. Default 1. */
      readonly retries?: number;
    }
  | { readonly operation: 'migrate'; readonly migration: Omit<MigrateInput, 'dryRun'> }
  | { readonly operation: 'modify'; readonly modification: ModifyInput };

export type BatchOperation = BatchInstruction['operation'];

/** Which process instances: those of a search at the time of the batch's beginning. */
export type BatchFilter = Pick<SearchRequest, 'filter' | 'variables'>;

/**
 * `collecting`: it is being found out which instances there are; none is changed yet. `running`: one after the other is.
 * `canceled`: by somebody, or because a limit was exceeded or it failed again and again (`problem`); what had not been done by then is not done.
 */
export type BatchState = 'collecting' | 'running' | 'completed' | 'canceled';

export interface BatchRow {
  readonly batchId: string;
  readonly tenantId: string;
  readonly operation: BatchOperation;
  readonly instruction: BatchInstruction;
  /** Absent where the instances were named. */
  readonly filter?: BatchFilter;
  readonly state: BatchState;
  /** Who asked for it, and acts on each instance. */
  readonly actor: string;
  /** What of the tenant they reach; absent: everything. */
  readonly reach?: Reach;
  readonly traceparent?: string;
  /** Who asked for it and from where, for the audit log; absent in batches of before migration 0023. */
  readonly auditOrigin?: AuditOrigin;
  readonly createdAt: number;
  readonly endedAt?: number;
  /** Instances collected so far; once `running`, all. */
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  /** Why it was ended. */
  readonly problem?: BatchProblem;
  /** How far the instances have been collected. */
  readonly collectedTo?: string;
}

/** Why an instance, or a whole batch, could not be done: as the single operation would have been refused. */
export interface BatchProblem {
  readonly code: string;
  readonly detail: string;
}

/** `pending`: not yet; of a batch that was canceled, never. */
export type BatchItemState = 'pending' | 'done' | 'failed';

/** One process instance of a batch. */
export interface BatchItemRow {
  readonly batchId: string;
  readonly processInstanceId: string;
  readonly tenantId: string;
  readonly state: BatchItemState;
  readonly code?: string;
  readonly detail?: string;
  readonly endedAt?: number;
}

/** A batch that one node works on for a while, alone. */
export interface BatchClaim {
  readonly batch: BatchRow;
  /** Some of the instances that are left to do; none while it is collecting. */
  readonly pending: readonly string[];
}

export interface BatchStore {
  /** Keeps other creations of batches in the tenant away until the end of the transaction. */
  lock(tenantId: string): Promise<void>;
  countOpen(tenantId: string): Promise<number>;
  insert(row: BatchRow): void;
  /** Locks the batch. */
  load(tenantId: string, batchId: string): Promise<BatchRow | undefined>;
  /**
   * Takes the open batch, of any tenant, that nobody has worked on for longest, for `forMs` milliseconds; those that another node has
   * now are passed over. With up to `limit` of its pending instances.
   */
  claim(
    node: string,
    operations: readonly BatchOperation[],
    forMs: number,
    limit: number,
  ): Promise<BatchClaim | undefined>;
  /** Gives it back before the time is over, where the node still has it. */
  release(batchId: string, node: string): void;
  /**
   * Adds instances to a batch that is being collected and is still where `batch` was: else answers false and changes nothing.
   * `collectedTo` is absent with the last, which begins the work, or ends it where there is none.
   */
  addItems(
    batch: BatchRow,
    processInstanceIds: readonly string[],
    collectedTo: string | undefined,
  ): Promise<boolean>;
  /** Ends an open batch. */
  end(batchId: string, state: 'canceled', problem?: BatchProblem): void;
  /** Whether the instance is still to be done. Locks the item: take it after the lock of the process instance. */
  isPending(batchId: string, processInstanceId: string): Promise<boolean>;
  /**
   * The instance is done, or has failed; with the last the batch is completed. Locks the batch: let it be the unit's last step.
   * Answers false when the batch has ended; then the unit must not commit.
   */
  settle(batchId: string, processInstanceId: string, problem?: BatchProblem): Promise<boolean>;
}
