/** Has jobs done: takes those that handlers exist for, calls the handlers, and reports what they answer. */
export interface JobDriver {
  /** Begins to take jobs. */
  start(): void;
  /**
   * Takes no more jobs. Handlers have half of the time to finish by themselves, then their signals are aborted and they have the
   * other half; what has not answered by then is given back with its retries untouched. Resolves when nothing is held any more
   * (reports that the store does not take included: those jobs come back by their deadline). Never rejects.
   */
  stop(graceMs: number): Promise<void>;
}
