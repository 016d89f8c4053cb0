/** The bounds of deliveries. Lengths of time in milliseconds. */
export const deliveryLimits = {
  /** For one attempt, from looking up the name to the last byte of the answer. */
  attemptMs: 15_000,
  /** Of an answer, which nobody reads. */
  answerBytes: 64 * 1024,
  /** Where redirects are followed at all. */
  redirects: 3,
  /** Events of one webhook that have a delivery and wait. What comes then stays in the journal. */
  waiting: 256,
  /** Calls of one webhook at once; one that fails, or takes longer than `slowMs`, has one. */
  calls: 8,
  slowMs: 5_000,
  /** Deliveries of one webhook that are under way or have an answer that is not written down: so many may be repeated after a crash. */
  unrecorded: 64,
  /** Calls of all webhooks of a node at once. */
  callsOfNode: 256,
  /** After so many failures in a row there is a pause before the next call of a webhook, longer with each. */
  failuresBeforePause: 3,
  pauseMs: 1_000,
  longestPauseMs: 60_000,
  /** No receiver makes a webhook rest longer by Retry-After. */
  longestRestMs: 60 * 60_000,
  /** How long a node serves a webhook without saying so again; a webhook whose node has died is served after that. */
  claimMs: 30_000,
  /** How often it says so. */
  renewEveryMs: 10_000,
  /** How often a node looks for webhooks that nobody serves, and for changes of its own. */
  lookMs: 1_000,
  /** Webhooks that a node takes on at a look, so that nodes which start together share them. */
  claimsPerLook: 25,
  /** Webhooks that a node serves. */
  webhooksOfNode: 10_000,
  /** How often a webhook that nothing is told writes down how far it is. */
  positionMs: 5 * 60_000,
  /** How exactly the last success and failure are known. */
  notedMs: 60_000,
  /** How long a stop waits for answers. */
  graceMs: 5_000,
  /** Outcomes written in one transaction. */
  outcomes: 100,
  /** Pause after a failure of our own. */
  retryMs: 1_000,
} as const;
