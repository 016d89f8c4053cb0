import type { BackoffPolicy } from '../client/backoff.js';
import { wait } from '../client/wait.js';
import { messageOf } from '../client/worker/call-handler.js';
import { type AttemptFailure, failedAttempt } from '../client/worker/failed-attempt.js';
import type { HeldOutcome } from '../client/worker/held-job.js';
import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { Outcome, ProblemCode } from '../runtime/outcome.js';
import { StoreUnavailable } from '../runtime/ports.js';
import type { Job, JobResult } from './job-handler.js';
import type { DriverIdentity, JobReports } from './job-source.js';

/** How often a report is sent while the store is away. Later the job comes back by its deadline. */
export const reportAttempts = 6;

const firstWaitMs = 100;

export interface ReportOptions {
  readonly source: JobReports;
  readonly identity: DriverIdentity;
  readonly clock: Clock;
  /** Read only where there is something to log: it may be made then. */
  readonly logger: Logger;
  readonly backoff: BackoffPolicy;
  readonly timeoutMs: number;
  readonly random: () => number;
  /** When aborted, a report is not repeated any more. */
  readonly hurry: AbortSignal;
}

/**
 * Tells the runtime how holding a job ended, under the fence of its activation. What the runtime refuses because the job is not held
 * any more is dropped; an answer that it refuses for what it says fails the job. Never rejects.
 */
export async function reportJob(job: Job, outcome: HeldOutcome, options: ReportOptions): Promise<void> {
  switch (outcome.kind) {
    case 'lost':
      options.logger.warn('the job is not held any more; its result is dropped');
      return;
    case 'given-back':
      return giveBack(job, options);
    case 'timed-out':
      return fail(
        job,
        { errorMessage: `The handler has not answered within ${options.timeoutMs} ms.` },
        options,
      );
    case 'answered':
      return reportResult(job, outcome.result, outcome.whileStopping, options);
    default:
      outcome satisfies never;
  }
}

/** The job is offered again at once and has lost no retry. Never rejects. */
export function giveBack(job: Job, options: ReportOptions): Promise<void> {
  const errorMessage = 'The server stopped before the job was done; it was given back.';
  return sendFailure(job, { errorMessage, retries: job.retries, backoffMs: 0 }, options);
}

async function reportResult(
  job: Job,
  result: JobResult,
  whileStopping: boolean,
  options: ReportOptions,
): Promise<void> {
  const { source, identity } = options;
  const { fence } = job;
  switch (result.kind) {
    case 'complete': {
      const input = { fence, ...(result.variables === undefined ? {} : { variables: result.variables }) };
      return sendAnswer(job, () => source.completeJob(identity.context, job.jobId, input), options);
    }
    case 'error': {
      const { kind: _, ...error } = result;
      return sendAnswer(
        job,
        () => source.throwJobError(identity.context, job.jobId, { ...error, fence }),
        options,
      );
    }
    case 'fail':
      // A handler that was told to stop has most likely failed because of that: no reason to use up a retry.
      return whileStopping && result.retry !== false ? giveBack(job, options) : fail(job, result, options);
    default:
      result satisfies never;
  }
}

/** One failed attempt: a retry fewer, and a wait before the next. */
function fail(job: Job, failure: AttemptFailure, options: ReportOptions): Promise<void> {
  const { backoff, random, logger } = options;
  const left = failedAttempt(job, failure, backoff, random);
  const { errorMessage, retries } = left;
  if (failure.usesRetry === false) logger.debug({ errorMessage }, 'a job was put off');
  else logger.warn({ retries, errorMessage }, 'a job has failed');
  return sendFailure(job, left, options);
}

async function sendAnswer(
  job: Job,
  send: () => Promise<Outcome<null>>,
  options: ReportOptions,
): Promise<void> {
  const answer = await sendWhileUnavailable(send, options);
  if (answer.kind === 'done' || answer.kind === 'away') return;
  if (answer.kind === 'threw') {
    return fail(job, { errorMessage: `The result could not be recorded: ${answer.message}` }, options);
  }
  if (isGone(answer.code)) logDropped(options.logger, answer.detail);
  else await fail(job, { errorMessage: `The result was refused: ${answer.detail}` }, options);
}

async function sendFailure(
  job: Job,
  failure: { readonly errorMessage: string; readonly retries: number; readonly backoffMs: number },
  options: ReportOptions,
): Promise<void> {
  const { source, identity } = options;
  const input = { ...failure, fence: job.fence };
  const answer = await sendWhileUnavailable(
    () => source.failJob(identity.context, job.jobId, input),
    options,
  );
  if (answer.kind === 'refused' && isGone(answer.code)) logDropped(options.logger, answer.detail);
  else if (answer.kind === 'refused')
    options.logger.error({ problem: answer.detail }, 'a failure report was refused');
}

type Sent =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly code: ProblemCode; readonly detail: string }
  | { readonly kind: 'threw'; readonly message: string }
  | { readonly kind: 'away' };

async function sendWhileUnavailable(
  send: () => Promise<Outcome<null>>,
  options: ReportOptions,
): Promise<Sent> {
  const { clock, hurry } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      const outcome = await send();
      if (outcome.ok) return { kind: 'done' };
      return { kind: 'refused', code: outcome.problem.code, detail: outcome.problem.detail };
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) {
        options.logger.error({ err: error }, 'a job report went wrong');
        return { kind: 'threw', message: messageOf(error) };
      }
      if (attempt === reportAttempts || hurry.aborted) {
        options.logger.warn('the store is away; the job will be given again after its deadline');
        return { kind: 'away' };
      }
      await wait(clock, firstWaitMs * 2 ** (attempt - 1), hurry);
    }
  }
}

/** The job has ended, or is held by a later activation. */
function isGone(code: ProblemCode): boolean {
  return code === 'job-not-held' || code === 'not-found' || code === 'invalid-state';
}

function logDropped(logger: Logger, problem: string): void {
  logger.warn({ problem }, 'the job is not held any more; its result is dropped');
}
