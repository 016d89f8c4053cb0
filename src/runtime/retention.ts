/** A definition that has ended process instances of its own, which nobody called. It may be removed itself. */
export interface EndedDefinition {
  readonly processDefinitionId: string;
  /** As the model says it. */
  readonly historyTimeToLive?: string;
  /** When the first of those instances ended. */
  readonly oldestEndedAt: number;
}

/** What is kept no longer is removed here, of every tenant, so many rows at a time. Each answers how many rows it has removed. */
export interface RetentionStore {
  /**
   * Removes up to `limit` instances of a definition that ended by then, that nobody called and of whose called instances none is active:
   * nobody finds them any more. The rest of their rows is left to {@link removeRows}.
   */
  removeEnded(processDefinitionId: string, endedBy: number, limit: number): Promise<number>;
  /** Goes on to remove what was left: the instances that they called, journals, element instances, variables, tasks, incidents. */
  removeRows(limit: number): Promise<number>;
  /** Items of batches that ended by then, and the batches when they have none left. */
  removeBatches(endedBy: number, limit: number): Promise<number>;
}
