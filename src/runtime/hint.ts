/**
 * What one node tells the others on its database, so that they look at once and not only from time to time. Hints may be lost, late or
 * repeated: nothing rests on them but how soon something is found.
 */
export type Hint =
  | { readonly kind: 'jobsOffered'; readonly tenantId: string; readonly type: string; readonly count: number }
  /** A job of the type can be activated again at that time. Times are milliseconds since the epoch, by the database's clock. */
  | { readonly kind: 'jobsOfferedAt'; readonly tenantId: string; readonly type: string; readonly at: number }
  | { readonly kind: 'timerScheduled'; readonly dueAt: number }
  | { readonly kind: 'instanceEnded'; readonly processInstanceId: string };

/** A line to the other nodes. */
export interface HintLine {
  /** Never throws and never waits: what cannot be sent is dropped. */
  tell(hint: Hint): void;
  close(): Promise<void>;
}
