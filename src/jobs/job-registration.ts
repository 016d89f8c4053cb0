import type { BackoffPolicy } from '../client/backoff.js';
import type { JobHandler } from './job-handler.js';

/** Who does the jobs of a type, and within which bounds. */
export interface JobRegistration {
  readonly type: string;
  readonly handler: JobHandler;
  /** How many jobs of the type may be held at once. Default {@link defaultConcurrency}. */
  readonly concurrency?: number;
  /** How long one attempt may take. Default {@link defaultTimeoutMs}. */
  readonly timeoutMs?: number;
  /** How the wait between attempts grows. Default {@link defaultBackoff}. */
  readonly backoff?: BackoffPolicy;
  /** How many attempts may begin within a time: in each process, and with Redis or PostgreSQL as queue in all together. Default: any. */
  readonly rateLimit?: RateLimit;
  /** Who goes first where a process is busy with as many jobs as it may do at once: the highest. Default {@link defaultPriority}. */
  readonly priority?: number;
  /** Lets go of what the handler holds, when no job is at work any more. */
  close?(): Promise<void>;
}

/** At most `max` in each `durationMs`. */
export interface RateLimit {
  readonly max: number;
  readonly durationMs: number;
}

/** Handlers mostly wait for other machines; what they do beside that must not crowd out the server's own work. */
export const defaultConcurrency = 16;
export const defaultTimeoutMs = 30_000;
export const defaultPriority = 0;
export const mostConcurrency = 1_000;
export const longestTimeoutMs = 60 * 60_000;
export const mostPerWindow = 1_000_000;
export const longestWindowMs = 24 * 60 * 60_000;
export const longestBackoffMs = 24 * 60 * 60_000;
export const mostPriority = 1_000;

/** The registrations by job type. @throws Error when two are for the same type, or a bound is no bound. */
export function registerHandlers(
  registrations: Iterable<JobRegistration>,
): ReadonlyMap<string, JobRegistration> {
  const byType = new Map<string, JobRegistration>();
  for (const registration of registrations) {
    const { type, concurrency = defaultConcurrency, timeoutMs = defaultTimeoutMs } = registration;
    if (type === '') throw new Error('Expected a job type to have a name but found an empty one.');
    if (byType.has(type))
      throw new Error(`Expected one handler for job type ${JSON.stringify(type)} but found two.`);
    checkBound(type, 'concurrency', concurrency, mostConcurrency);
    checkBound(type, 'timeoutMs', timeoutMs, longestTimeoutMs);
    const { rateLimit, backoff, priority } = registration;
    if (rateLimit !== undefined) {
      checkBound(type, 'rateLimit.max', rateLimit.max, mostPerWindow);
      checkBound(type, 'rateLimit.durationMs', rateLimit.durationMs, longestWindowMs);
    }
    if (backoff !== undefined) {
      checkBound(type, 'backoff.initialMs', backoff.initialMs, longestBackoffMs);
      checkBound(type, 'backoff.maxMs', backoff.maxMs, longestBackoffMs);
    }
    if (priority !== undefined) checkBound(type, 'priority', priority, mostPriority, -mostPriority);
    byType.set(type, registration);
  }
  return byType;
}

function checkBound(type: string, name: string, value: number, most: number, least = 1): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new Error(
    `Expected ${name} of job type ${JSON.stringify(type)} to be a whole number from ${least} to ${most} but found ${value}.`,
  );
}
