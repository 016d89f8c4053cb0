/** How the wait before the next attempt grows. */
export interface BackoffPolicy {
  /** After the first attempt. */
  readonly initialMs: number;
  readonly maxMs: number;
}

export const defaultBackoff: BackoffPolicy = { initialMs: 1_000, maxMs: 60_000 };

/**
 * The wait after the given attempt (1 is the first): doubled each time up to `maxMs`, of which the upper half is random, so that
 * jobs that failed together do not come back together.
 * @param random a number from 0 up to but not including 1.
 */
export function backoffMs(attempt: number, policy: BackoffPolicy, random: () => number): number {
  // Beyond 2^52 a double is no longer exact; the bound is reached long before.
  const doubled = policy.initialMs * 2 ** Math.min(Math.max(attempt, 1) - 1, 52);
  const most = Math.min(doubled, policy.maxMs);
  return Math.round(most / 2 + (most / 2) * random());
}
