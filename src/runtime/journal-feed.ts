import type { ProcessEvent } from '../engine/event.js';
import type { ServerEvent } from './server-event.js';

/** One command as the journal tells it, with what its process instance is known by. */
export interface JournalEntry {
  /** Rises in the order in which commands of one instance were done; given out before the commit. */
  readonly sequence: number;
  readonly tenantId: string;
  /** Empty where it is about no instance. */
  readonly processInstanceId: string;
  readonly processDefinitionId: string;
  readonly at: number;
  readonly traceparent?: string;
  readonly command: string;
  readonly events: readonly (ProcessEvent | ServerEvent)[];
  readonly bpmnProcessId?: string;
  readonly businessKey?: string;
  /** Its instance is being removed: it is told to nobody any more. */
  readonly isRemoved: boolean;
}

/** Of which instances entries are wanted. */
export interface JournalSelection {
  readonly tenantId: string;
  readonly by: 'processInstanceId' | 'businessKey';
  readonly values: readonly string[];
}

/** What an event tells of the element that it is about. */
export interface JournalElement {
  readonly processInstanceId: string;
  readonly elementInstanceKey: number;
  readonly elementId: string;
  readonly elementName?: string;
  readonly elementType: string;
}

/** A transaction that has added to the journal, or is about to, and has not ended. */
export type JournalWriter = string;

/**
 * The journal of all tenants as those read it who tell others what has happened. An entry may become visible after one with a higher
 * sequence: see {@link writers}.
 */
export interface JournalFeed {
  /** Up to `limit` committed entries with a higher sequence, in order. */
  after(sequence: number, limit: number): Promise<readonly JournalEntry[]>;
  /** As `after`, of these instances, up to and with the sequence `upTo`. */
  selected(
    selection: JournalSelection,
    range: { readonly after: number; readonly upTo: number; readonly limit: number },
  ): Promise<readonly JournalEntry[]>;
  /** The highest sequence that is committed, with its time; 0 where there is none. */
  end(): Promise<{ readonly sequence: number; readonly at: number }>;
  /**
   * Every transaction that may hold a sequence that it has not committed. One that is not among them has ended: what it has committed
   * is found by whatever is read afterwards. A database with one writer has none.
   */
  writers(): Promise<ReadonlySet<JournalWriter>>;
  /** When the last instance ended that was removed because its time was over; 0 for none. */
  removedUntil(): Promise<number>;
  /** The elements of element instances, in no order; those that are not there are absent. */
  elements(
    instances: readonly Pick<JournalElement, 'processInstanceId' | 'elementInstanceKey'>[],
  ): Promise<readonly JournalElement[]>;
}
