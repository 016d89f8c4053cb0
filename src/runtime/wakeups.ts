/** Tells the loops and long polls of this node what has been committed. Other nodes find out by looking from time to time. */
export interface Wakeups {
  jobsOffered(tenantId: string, type: string, count: number): void;
  /** A job of the type can be activated again at that time, by the end of a back-off or of a deadline. */
  jobsOfferedAt(tenantId: string, type: string, at: number): void;
  timerScheduled(dueAt: number): void;
  deliveriesWritten(): void;
  instanceEnded(processInstanceId: string): void;
}
