import type { JsonValue } from '../engine/json.js';
import type { PrincipalKind } from '../platform/audit-origin.js';

/** Something before or after a change. Values of variables stand under `variables`, at whatever depth, and nowhere else. */
export type AuditedState = Readonly<Record<string, JsonValue>>;

/** One change that somebody has made. */
export interface AuditRow {
  readonly auditId: string;
  readonly tenantId: string;
  readonly at: number;
  readonly operation: string;
  readonly principalId: string;
  readonly principalName?: string;
  readonly principalKind: PrincipalKind;
  /** What it was done to: the innermost of the targets. */
  readonly targetId?: string;
  readonly processInstanceId?: string;
  /** The batch that did it. */
  readonly batchId?: string;
  readonly targets: Readonly<Record<string, string>>;
  readonly sourceAddress?: string;
  readonly requestId?: string;
  readonly traceId?: string;
  readonly before?: AuditedState;
  readonly after?: AuditedState;
}

/** Append-only: the database refuses anything else, but the removal of what is kept no longer. */
export interface AuditStore {
  append(row: AuditRow): void;
  /** Up to `limit` entries, the oldest first, of before that time; answers how many. */
  removeBefore(time: number, limit: number): Promise<number>;
}

/** Plain data as JSON has it: without what is undefined. */
export function asJson(value: object): AuditedState {
  return JSON.parse(JSON.stringify(value)) as AuditedState;
}
