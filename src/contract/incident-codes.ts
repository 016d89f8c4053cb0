/** Every kind of incident. */
export const incidentCodes = [
  'expression-failed',
  'no-flow-taken',
  'invalid-timer',
  'job-retries-exhausted',
  'uncaught-error',
  'called-process-not-found',
  'called-decision-not-found',
  'decision-failed',
  'called-instance-canceled',
  'call-depth-exceeded',
  'call-tree-limit-exceeded',
  'delivery-chain-exceeded',
  'iteration-limit-exceeded',
  'step-limit-exceeded',
] as const;
