import type { Tracing } from '../platform/tracing.js';
import type { AuditNote } from './audit-note.js';
import type { CallTreeSizes } from './call-tree-sizes.js';
import type { DecisionCache } from './decision-cache.js';
import type { DefinitionCache } from './definition-cache.js';
import type { JobHandover } from './job-handover.js';
import type { Outcome } from './outcome.js';
import type { Transaction } from './ports.js';
import type { RequestContext } from './runtime.js';
import type { RuntimeMeter } from './runtime-meter.js';
import type { Wakeups } from './wakeups.js';

/** What one use case works with inside its transaction. */
export interface Unit {
  readonly tx: Transaction;
  readonly context: RequestContext;
  /** Takes what the audit log is to say of this unit. */
  readonly audit: AuditNote;
  /** How many deliveries led here; 0 for a request from outside. */
  readonly hops: number;
  /** The lane of the delivery that led here, if it has one. */
  readonly lane?: string;
  /** How many calls and ends of called instances led here. */
  readonly calls: number;
  readonly definitions: DefinitionCache;
  readonly decisions: DecisionCache;
  readonly callTrees: CallTreeSizes;
  readonly wakeups: Wakeups;
  readonly meter: RuntimeMeter;
  /** Undefined: nothing is told, and nothing is spent on it. */
  readonly tracing: Tracing | undefined;
  /** When it began, where that is told. */
  readonly beganAt: number | undefined;
  /** New jobs for workers of this process. */
  readonly jobHandover: JobHandover;
  /** What searches find inside of variables, besides the variables themselves: see `RuntimeParts`. */
  readonly searchablePaths: readonly string[];
  /** A new UUIDv7. */
  newId(): string;
}

/**
 * One thing that the server can be asked to do, inside one transaction. A refusal has written nothing. It may be run again
 * after a conflict, so it changes nothing but what it writes through `unit.tx`.
 */
export type UseCase<T> = (unit: Unit) => Promise<Outcome<T>>;
