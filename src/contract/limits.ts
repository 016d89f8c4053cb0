/** Every bound of the REST interface, by name. Lengths are in UTF-16 code units, times in milliseconds. */
export const limits = {
  /** Of each kind in one modification; mappings of one migration. */
  instructions: 1_000,
  /** Process instances that a batch names one by one; a filter finds as many as the server does. */
  batchInstances: 10_000,
  /** Ids are opaque; longer ones do not exist. */
  idLength: 255,
  /** Names, keys and codes that a caller chooses: `businessKey`, `correlationKey`, `messageId`, `assignee`, `type`, … */
  keyLength: 255,
  variableNameLength: 255,
  /** Texts for people, such as `errorMessage`. */
  textLength: 10_000,
  /** How deeply arrays and objects of a JSON body are nested. */
  jsonDepth: 64,
  pageLimit: 1_000,
  pageLimitDefault: 50,
  cursorLength: 4_096,
  sortFields: 5,
  /** Values of `$in`, and variables or candidates of a filter. */
  filterValues: 1_000,
  /** Of each kind in a filter of events. */
  eventFilterValues: 100,
  urlLength: 2_048,
  /** How long a secret that was replaced may go on to sign. */
  webhookOverlapMs: 7 * 24 * 60 * 60_000,
  webhookOverlapDefaultMs: 24 * 60 * 60_000,
  /** Long polls and `awaitCompletion`. */
  requestTimeoutMs: 60_000,
  awaitCompletionDefaultMs: 10_000,
  jobTimeoutMs: 24 * 60 * 60_000,
  jobBackoffMs: 365 * 24 * 60 * 60_000,
  jobsPerActivation: 1_000,
  jobRetries: 1_000_000,
  fetchVariables: 1_000,
  timeToLiveMs: 365 * 24 * 60 * 60_000,
  candidates: 1_000,
  userTaskPriority: 1_000_000,
  /** What a column of the database holds. */
  integer: 2 ** 31 - 1,
  resourcesPerDeployment: 100,
  resourceNameLength: 255,
  idempotencyKeyLength: 255,
  /** Names of one kind of grant. */
  grantNames: 1_000,
  /** API keys of a tenant that are not revoked. */
  apiKeys: 10_000,
} as const;

/** Names that no object of a JSON body may have, at any depth: as property names they reach a prototype. */
export const forbiddenPropertyNames: readonly string[] = ['__proto__', 'constructor', 'prototype'];
