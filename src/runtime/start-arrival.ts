import type { Variables } from '../engine/json.js';

/** Bounds of what waits at parallel multiple start events. */
export const arrivalLimits = {
  /** Messages of one name that wait with the same correlation key at one start event. */
  perKey: 100,
  /** Everything that waits at one start event. */
  perStart: 10_000,
} as const;

/** A parallel multiple start event of a process, any version. */
export interface StartPlace {
  readonly tenantId: string;
  readonly bpmnProcessId: string;
  readonly elementId: string;
}

/** A trigger that has arrived at a parallel multiple start event before the others. */
export interface StartArrivalRow extends StartPlace {
  /** Of a message; empty for one without, and for everything else until a key takes it. */
  readonly correlationKey: string;
  /** Which of the event's definitions it is: `message:NAME`, `signal:NAME`, `timer:N` or `condition:N`. */
  readonly part: string;
  /** Rises with the time of the database; compared as text. */
  readonly sequence: string;
  readonly variables: Variables;
  /** How many deliveries led here. */
  readonly hops: number;
  readonly createdAt: number;
}

/** Call everything under {@link lock}. */
export interface StartArrivalStore {
  /**
   * Keeps everybody else who brings a trigger to the process, or deploys it, away until the end of the transaction. Take it after
   * the locks of message start keys and of the definition, before those of messages.
   */
  lock(tenantId: string, bpmnProcessId: string): Promise<void>;
  insert(row: StartArrivalRow): void;
  remove(row: Omit<StartArrivalRow, 'variables' | 'hops' | 'createdAt'>): void;
  /** The oldest of each part with that very key. */
  oldest(place: StartPlace, correlationKey: string): Promise<readonly StartArrivalRow[]>;
  count(
    place: StartPlace,
    correlationKey: string,
    part: string,
  ): Promise<{ readonly ofKey: number; readonly ofStart: number }>;
  /**
   * Gives what has arrived without being a message to every key that has all of so many messages and has not been given it yet,
   * under whose key it is from now on, besides where it was. Answers how many keys.
   */
  shareOut(place: StartPlace, messages: number): Promise<number>;
  /** Writes a `startBuffered` delivery for each key, the empty one too, that has so many different parts. Answers how many. */
  deliverComplete(place: StartPlace, parts: number, hops: number): Promise<number>;
  /** The start events of the process, and the parts of them, at which something waits. */
  listParts(
    tenantId: string,
    bpmnProcessId: string,
  ): Promise<readonly Pick<StartArrivalRow, 'elementId' | 'part'>[]>;
  removePart(place: StartPlace, part: string): void;
}
