import { type BackoffPolicy, backoffMs } from './backoff.js';
import { ConnectionError, ProblemError, type UnexpectedAnswer } from './errors.js';

/** How a call is repeated. */
export interface RetryPolicy extends BackoffPolicy {
  /** How often a request is sent at most, the first time included. */
  readonly attemptsMax: number;
}

export const defaultRetry: RetryPolicy = { attemptsMax: 5, initialMs: 100, maxMs: 5_000 };

/** What is known about a request that was not done. */
export interface Failure {
  readonly error: ConnectionError | ProblemError | UnexpectedAnswer;
  /** What the answer asked to wait (RFC 9110, 10.2.3). */
  readonly retryAfterMs: number | undefined;
}

/**
 * How long to wait before the request is sent again; undefined when it must not be, or has been often enough. A server that is too
 * busy (429) has not begun; everything else is repeated only when doing it twice is doing it once.
 */
export function waitBeforeRetry(
  { error, retryAfterMs = 0 }: Failure,
  attempt: number,
  isRepeatable: boolean,
  policy: RetryPolicy,
  random: () => number,
): number | undefined {
  if (attempt >= policy.attemptsMax || !mayPass(error, isRepeatable)) return undefined;
  return Math.max(retryAfterMs, backoffMs(attempt, policy, random));
}

function mayPass(error: Failure['error'], isRepeatable: boolean): boolean {
  if (error instanceof ProblemError && error.status === 429) return true;
  if (!isRepeatable) return false;
  if (error instanceof ConnectionError) return true;
  // A request of ours whose connection broke may still be under way.
  if (error instanceof ProblemError && error.code === 'idempotency-key-in-flight') return true;
  return [429, 502, 503, 504].includes(error.status);
}

/** Of a `Retry-After`, seconds or a date; undefined where there is none that can be read. */
export function readRetryAfter(value: string | null, now: number): number | undefined {
  if (value === null) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1_000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
