const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** How long after each attempt the next is made: thirteen attempts in three days. */
export const retryDelaysMs: readonly number[] = [
  ...[5 * second, 30 * second, 2 * minute, 10 * minute, 30 * minute],
  ...[1, 2, 4, 8, 12, 20, 24].map((hours) => hours * hour),
];

/** How far each delay is moved to either side, so that what has failed together is not tried together. */
export const jitter = 0.1;

/** No receiver makes a delivery wait longer. */
export const longestRetryAfterMs = 24 * hour;

/**
 * How long to wait after that many attempts, all of which have failed; undefined when it is not tried any more.
 * @param askedMs what the receiver's Retry-After asks for: it is not tried sooner.
 * @param random a number from 0 to 1.
 */
export function retryDelayMs(
  attempts: number,
  askedMs: number | undefined,
  random: number,
): number | undefined {
  const delayMs = retryDelaysMs[attempts - 1];
  if (delayMs === undefined) return undefined;
  const jittered = Math.round(delayMs * (1 + jitter * (2 * random - 1)));
  return Math.max(jittered, Math.min(askedMs ?? 0, longestRetryAfterMs));
}
