import type { BackoffPolicy } from './backoff.js';
import type { JobHandler } from './job-handler.js';

/** Who does the jobs of a type, and within which bounds. */
export interface JobRegistration {
  readonly type: string;
  readonly handler: JobHandler;
  /** How many jobs of the type may be held at once. Default {@link defaultConcurrency}. */
  readonly concurrency?: number;
  /** How long one attempt may take. Default {@link defaultTimeoutMs}. */
  readonly timeoutMs?: number;
  readonly backoff?: BackoffPolicy;
}

/** Handlers mostly wait for other machines; what they do beside that must not crowd out the server's own work. */
export const defaultConcurrency = 16;
export const defaultTimeoutMs = 30_000;
export const mostConcurrency = 1_000;
export const longestTimeoutMs = 60 * 60_000;

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
    byType.set(type, registration);
  }
  return byType;
}

function checkBound(type: string, name: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= most) return;
  throw new Error(
    `Expected ${name} of job type ${JSON.stringify(type)} to be a whole number from 1 to ${most} but found ${value}.`,
  );
}
