import type { CallOptions } from '../create-client.js';
import { ProblemError } from '../errors.js';
import { messageOf } from './call-handler.js';
import { type AttemptFailure, failedAttempt } from './failed-attempt.js';
import type { HeldOutcome } from './held-job.js';
import type { JobResult } from './job-handler.js';
import type { WorkerLogger } from './worker-logger.js';
import type { WorkerJob, WorkerSettings } from './worker-options.js';

export interface ReportOptions extends Pick<
  WorkerSettings<object>,
  'client' | 'backoff' | 'leaseMs' | 'timeoutMs' | 'random' | 'requestTimeoutMs'
> {
  /** Of the job. */
  readonly logger: WorkerLogger;
  /** Of the job: what is reported belongs to its journey. */
  readonly traceparent?: string;
  /** When aborted, what is sent from then on is sent once. */
  readonly hurry: AbortSignal;
  /** When aborted, what is being sent is given up. */
  readonly abandon: AbortSignal;
}

/** What identifies an activation, and the retries that are left. */
type Activation = Pick<WorkerJob, 'jobId' | 'fence' | 'retries'>;

/**
 * Tells the server how holding a job ended, under the fence of its activation. That the job is not held any more is told to the job's
 * logger and changes nothing; an answer that the server refuses for what it says fails the job. Never rejects.
 */
export async function reportJob(
  job: Activation,
  outcome: HeldOutcome,
  options: ReportOptions,
): Promise<void> {
  switch (outcome.kind) {
    case 'lost':
      return logDropped(options.logger, 'It could not be extended.');
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
export function giveBack(job: Activation, options: ReportOptions): Promise<void> {
  const errorMessage = 'The worker stopped before the job was done; it was given back.';
  return sendFailure(job, { errorMessage, retries: job.retries, backoffMs: 0 }, options);
}

async function reportResult(
  job: Activation,
  result: JobResult,
  whileStopping: boolean,
  options: ReportOptions,
): Promise<void> {
  const { client } = options;
  const { jobId, fence } = job;
  switch (result.kind) {
    case 'complete': {
      const { kind: _, ...answer } = result;
      const body = { ...answer, fence };
      return sendAnswer(job, (call) => client.completeJob({ params: { jobId }, body }, call), options);
    }
    case 'error': {
      const { kind: _, ...error } = result;
      const body = { ...error, fence };
      return sendAnswer(job, (call) => client.throwJobError({ params: { jobId }, body }, call), options);
    }
    case 'fail':
      // A handler that was told to stop has most likely failed because of that: no reason to use up a retry.
      return whileStopping && result.retry !== false ? giveBack(job, options) : fail(job, result, options);
    default:
      result satisfies never;
  }
}

/** One failed attempt: a retry fewer, and a wait before the next. */
function fail(job: Activation, failure: AttemptFailure, options: ReportOptions): Promise<void> {
  const { backoff, random, logger } = options;
  const left = failedAttempt(job, failure, backoff, random);
  const { errorMessage, retries } = left;
  if (failure.usesRetry === false) logger.debug({ errorMessage }, 'a job was put off');
  else logger.warn({ retries, errorMessage }, 'a job has failed');
  return sendFailure(job, left, options);
}

async function sendAnswer(
  job: Activation,
  send: (call: CallOptions) => Promise<void>,
  options: ReportOptions,
): Promise<void> {
  try {
    await send(persistent(options));
  } catch (error) {
    if (isGone(error)) logDropped(options.logger, error.detail);
    else if (!isRefusal(error)) logUnsent(options.logger, error);
    else await fail(job, { errorMessage: `The result was refused: ${messageOf(error)}` }, options);
  }
}

async function sendFailure(
  { jobId, fence }: Activation,
  failure: { readonly errorMessage: string; readonly retries: number; readonly backoffMs: number },
  options: ReportOptions,
): Promise<void> {
  try {
    await options.client.failJob({ params: { jobId }, body: { ...failure, fence } }, persistent(options));
  } catch (error) {
    if (isGone(error)) logDropped(options.logger, error.detail);
    else logUnsent(options.logger, error);
  }
}

/** Sent again for as long as the job is ours; afterwards somebody else may have it. */
function persistent({ leaseMs, hurry, abandon, traceparent }: ReportOptions): CallOptions {
  const retry = hurry.aborted ? false : { attemptsMax: Infinity };
  return { timeLimitMs: leaseMs, retry, signal: abandon, ...(traceparent !== undefined && { traceparent }) };
}

/** The job has ended, or is held by a later activation, or by nobody. */
export function isGone(error: unknown): error is ProblemError {
  return error instanceof ProblemError && (error.status === 409 || error.status === 404);
}

/** The server does not take what the report says; about credentials the report says nothing. */
function isRefusal(error: unknown): boolean {
  if (error instanceof TypeError) return true;
  return error instanceof ProblemError && [400, 413, 422].includes(error.status);
}

function logDropped(logger: WorkerLogger, problem: string): void {
  logger.warn({ problem }, 'the job is not held any more; its result is dropped');
}

function logUnsent(logger: WorkerLogger, error: unknown): void {
  logger.error({ err: error }, 'a job could not be reported; it will be given again after its deadline');
}
