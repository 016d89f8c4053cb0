/** Tells the loops and long polls of this node what has been committed, here or (by a hint) on another node. What no hint has told is found by looking from time to time. */
export interface Wakeups {
  jobsOffered(tenantId: string, type: string, count: number): void;
  /** A job of the type can be activated again at that time, by the end of a back-off or of a deadline. */
  jobsOfferedAt(tenantId: string, type: string, at: number): void;
  timerScheduled(dueAt: number): void;
  deliveriesWritten(): void;
  batchCreated(): void;
  journalWritten(): void;
  webhooksChanged(): void;
  instanceEnded(processInstanceId: string): void;
}
