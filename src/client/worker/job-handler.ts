import type { JsonObject } from '../../contract/json-value.js';

/** What a handler is given besides the job. */
export interface JobContext<Logger> {
  /**
   * Aborted when the time limit has passed, when the worker stops, and when the job is no longer held (its activity was
   * interrupted, or its deadline has passed). Its `reason` is a {@link JobInterruption}. What comes after is not awaited long.
   */
  readonly signal: AbortSignal;
  /** The same for every attempt at this job, and for no other job: hand it to services that know idempotency keys. */
  readonly idempotencyKey: string;
  /** Of the journey (W3C Trace Context): send it along with what the job causes. Absent where the journey has none. */
  readonly traceparent?: string;
  /** Writes the job's ids with every entry. */
  readonly logger: Logger;
}

/**
 * What a handler answers. `complete`: done. `error`: a BPMN error, which an error boundary event may catch. `fail`: this attempt
 * did not succeed; the job is tried again while it has retries, and with `retry: false` an incident is raised.
 */
export type JobResult =
  | { readonly kind: 'complete'; readonly variables?: JsonObject }
  | {
      readonly kind: 'error';
      readonly errorCode: string;
      readonly errorMessage?: string;
      readonly variables?: JsonObject;
    }
  | {
      readonly kind: 'fail';
      readonly errorMessage: string;
      /** Default true: tried again while there are retries. */
      readonly retry?: boolean;
      /** Default true. `false` where nothing was attempted: the job comes back with all its retries. */
      readonly usesRetry?: boolean;
      /** How long to wait before the next attempt; default: the back-off of who does the jobs. */
      readonly backoffMs?: number;
    };

/**
 * Does jobs of one type. It may be called again for a job that it has done already (delivery is at least once), and for several
 * jobs at once. It answers a {@link JobResult}, or variables (short for `complete`), or nothing (`complete` without any);
 * an object whose `kind` is `complete`, `error` or `fail` is a result. What it throws is a `fail`.
 */
export type JobHandler<Job, Logger> = (
  job: Job,
  context: JobContext<Logger>,
) => Promise<JobResult | JsonObject | void>;

/** Why a handler is to stop: the `reason` of its signal. */
export class JobInterruption extends Error {
  override readonly name = 'JobInterruption';

  constructor(
    readonly why: 'timed-out' | 'stopping' | 'not-held',
    message: string,
  ) {
    super(message);
  }
}
