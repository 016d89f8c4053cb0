import type { JobContext, JobHandler, JobResult } from './job-handler.js';
import { readAnswer } from './read-answer.js';

/**
 * The handler's answer as a result, whatever it does: a throw (also before its first `await`), a rejection with something that is no
 * Error, or an answer that is none become a `fail`. Never rejects. A handler that never answers leaves the promise pending.
 */
export async function callHandler<Job, Logger>(
  handler: JobHandler<Job, Logger>,
  job: Job,
  context: JobContext<Logger>,
): Promise<JobResult> {
  try {
    return readAnswer(await handler(job, context));
  } catch (error) {
    return { kind: 'fail', errorMessage: messageOf(error) };
  }
}

/** What something thrown says of itself; even when it throws while it says so. */
export function messageOf(thrown: unknown): string {
  try {
    if (thrown instanceof Error) return thrown.message === '' ? thrown.name : thrown.message;
    if (typeof thrown === 'string') return thrown;
    return `The handler threw something that is no Error: ${JSON.stringify(thrown) ?? String(thrown)}`;
  } catch {
    return 'The handler threw something that is no Error and cannot be shown.';
  }
}
