import { type BackoffPolicy, backoffMs } from '../backoff.js';
import type { JobResult } from './job-handler.js';

/** Error messages are cut to this length. */
const longestErrorMessage = 2_000;

/** What a handler says of an attempt that did not succeed. */
export type AttemptFailure = Omit<Extract<JobResult, { kind: 'fail' }>, 'kind'>;

/** What a failed attempt leaves of a job: the retries, and the wait before the next. */
export function failedAttempt(
  job: { readonly retries: number; readonly fence: number },
  { errorMessage, retry, usesRetry, backoffMs: pause }: AttemptFailure,
  backoff: BackoffPolicy,
  random: () => number,
) {
  return {
    errorMessage: shortened(errorMessage),
    retries: retry === false ? 0 : Math.max(0, job.retries - (usesRetry === false ? 0 : 1)),
    // Every activation raises the fence, so it counts the attempts.
    backoffMs: pause ?? backoffMs(job.fence, backoff, random),
  };
}

function shortened(text: string): string {
  return text.length <= longestErrorMessage ? text : `${text.slice(0, longestErrorMessage - 1)}…`;
}
