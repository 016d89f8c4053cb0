import type { Clock, TimerHandle } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import { defaultBackoff } from './backoff.js';
import { HeldJob } from './held-job.js';
import type { Job } from './job-handler.js';
import { giveBack, reportJob, type ReportOptions } from './job-report.js';
import { defaultConcurrency, defaultTimeoutMs, type JobRegistration } from './job-registration.js';
import type { DriverIdentity, JobSource } from './job-source.js';

export interface WorkerOptions {
  readonly source: JobSource;
  readonly identity: DriverIdentity;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  /** How long a job stays ours without a sign of life. It is extended while the handler is at work. */
  readonly leaseMs: number;
  /** How often we look for jobs that nobody told us of. */
  readonly pollMs: number;
}

/** Has the jobs of one type done, never more at once than its concurrency. */
export class JobTypeWorker {
  readonly #held = new Set<HeldJob>();
  /** Jobs held or being reported: each ends by itself. */
  readonly #working = new Set<Promise<void>>();
  readonly #hurry = new AbortController();
  readonly #stopListening: () => void;
  #poll: TimerHandle;
  #taking: Promise<void> | undefined;
  /** There may be jobs that we have not taken. */
  #mayBeMore = false;
  #isStopped = false;

  constructor(
    readonly registration: JobRegistration,
    private readonly options: WorkerOptions,
  ) {
    const { source, identity } = options;
    this.#poll = this.#nextPoll();
    this.#stopListening = source.onJobsAvailable(identity.context.tenantId, registration.type, () =>
      this.#wake(),
    );
    this.#wake();
  }

  /** How many jobs are held, those being reported included. */
  get heldCount(): number {
    return this.#working.size;
  }

  /** Takes no more jobs. Resolves when what was being taken has arrived. */
  async stopTaking(): Promise<void> {
    this.#isStopped = true;
    this.#stopListening();
    this.#poll.cancel();
    await this.#taking;
  }

  /** Resolves when nothing is held any more. */
  async idle(): Promise<void> {
    while (this.#working.size > 0) await Promise.all(this.#working);
  }

  /** Asks the handlers to come to an end. */
  interrupt(): void {
    for (const held of this.#held) held.interrupt();
  }

  /** Gives back what has not answered, and repeats no report any more. */
  giveBackAll(): void {
    this.#hurry.abort();
    for (const held of this.#held) held.giveBack();
  }

  #wake(): void {
    this.#mayBeMore = true;
    if (this.#taking !== undefined || this.#isStopped) return;
    this.#taking = this.#takeAll().finally(() => {
      this.#taking = undefined;
      // Between the end of the loop and here, a job may have ended or been offered.
      if (this.#mayBeMore && this.#free > 0) this.#wake();
    });
  }

  get #free(): number {
    return (this.registration.concurrency ?? defaultConcurrency) - this.#working.size;
  }

  #nextPoll(): TimerHandle {
    const { clock, pollMs } = this.options;
    return clock.setTimer(clock.now() + pollMs, () => {
      this.#poll = this.#nextPoll();
      this.#wake();
    });
  }

  async #takeAll(): Promise<void> {
    while (this.#mayBeMore && this.#free > 0 && !this.#isStopped) {
      const wanted = this.#free;
      this.#mayBeMore = false;
      const jobs = await this.#take(wanted);
      if (jobs.length === wanted) this.#mayBeMore = true;
      for (const job of jobs) this.#track(this.#isStopped ? this.#return(job) : this.#do(job));
    }
  }

  /** Never rejects: what goes wrong here is tried again at the next call or poll. */
  async #take(maxJobs: number): Promise<readonly Job[]> {
    const { source, identity, leaseMs, logger } = this.options;
    const { type } = this.registration;
    try {
      const outcome = await source.activateJobs(identity.context, {
        type,
        worker: identity.worker,
        maxJobs,
        timeoutMs: leaseMs,
        requestTimeoutMs: 0,
      });
      if (outcome.ok) return outcome.value;
      logger.error({ jobType: type, problem: outcome.problem.detail }, 'jobs could not be taken');
    } catch (error) {
      logger.warn({ jobType: type, err: error }, 'jobs could not be taken; trying again later');
    }
    return [];
  }

  #track(work: Promise<void>): void {
    const tracked = work
      .catch((error: unknown) => this.options.logger.error({ err: error }, 'doing a job went wrong'))
      .then(() => {
        this.#working.delete(tracked);
        if (this.#mayBeMore) this.#wake();
      });
    this.#working.add(tracked);
  }

  async #do(job: Job): Promise<void> {
    const { source, identity, clock, leaseMs } = this.options;
    const report = this.#reportOptions(job);
    const { fence, jobId } = job;
    const held = new HeldJob(job, this.registration.handler, {
      clock,
      logger: report.logger,
      timeoutMs: report.timeoutMs,
      extendEveryMs: Math.ceil(leaseMs / 3),
      extendLease: async () => {
        try {
          return (await source.extendJob(identity.context, jobId, { timeoutMs: leaseMs, fence })).ok;
        } catch (error) {
          report.logger.warn({ err: error }, 'the deadline of a job could not be extended');
          return true;
        }
      },
    });
    this.#held.add(held);
    const outcome = await held.ended;
    this.#held.delete(held);
    await reportJob(job, outcome, report);
  }

  #return(job: Job): Promise<void> {
    return giveBack(job, this.#reportOptions(job));
  }

  #reportOptions(job: Job): ReportOptions {
    const { source, identity, clock, random, logger } = this.options;
    const { jobId, type: jobType, processInstanceId, elementId } = job;
    return {
      source,
      identity,
      clock,
      random,
      logger: logger.child({ jobId, jobType, processInstanceId, elementId }),
      backoff: this.registration.backoff ?? defaultBackoff,
      timeoutMs: this.registration.timeoutMs ?? defaultTimeoutMs,
      hurry: this.#hurry.signal,
    };
  }
}
