/** The bounds of batches. Those of a request (named instances, instructions) are in the contract. */
export const batchLimits = {
  /** Batches of a tenant that are collecting or running. */
  openBatches: 100,
  /** Instances of one batch. */
  items: 1_000_000,
  /** Incidents of one instance that a retry resolves: all in one transaction. */
  incidentsPerRetry: 1_000,
} as const;
