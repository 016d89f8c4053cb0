import type { StoppableWorker } from '../client/worker/stop-workers.js';
import type { Clock, TimerHandle } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { Tracing } from '../platform/tracing.js';
import type { JobTaker } from '../runtime/job-handover.js';
import type { Job } from './job-handler.js';
import { defaultConcurrency, defaultPriority, type JobRegistration } from './job-registration.js';
import type { DriverIdentity, JobSource } from './job-source.js';
import type { JobSlots } from './job-slots.js';
import { JobsAtHand } from './jobs-at-hand.js';
import { RateWindow } from './rate-window.js';

export interface WorkerOptions {
  readonly source: JobSource;
  readonly identity: DriverIdentity;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  /** Default: nothing is told. */
  readonly tracing?: Tracing | undefined;
  /** How long a job stays ours without a sign of life. It is extended while the handler is at work. */
  readonly leaseMs: number;
  /** How many jobs of all types at once. */
  readonly slots: JobSlots;
  /** How often we look for jobs that nobody told us of. */
  readonly pollMs: number;
}

/** Has the jobs of one type done, never more at once than its concurrency. */
export class JobTypeWorker implements StoppableWorker, JobTaker {
  readonly #atHand: JobsAtHand;
  readonly #rate: RateWindow;
  #rateTimer: TimerHandle | undefined;
  readonly #stopListening: () => void;
  readonly #stopTakingNew: () => void;
  /** Slots for jobs that are being created, in commits that have not ended. */
  readonly #reserved: (() => void)[] = [];
  #noneReserved: (() => void) | undefined;
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
    this.#atHand = new JobsAtHand(registration, options);
    this.#rate = new RateWindow(registration.rateLimit, options.clock);
    this.#poll = this.#nextPoll();
    this.#stopListening = source.onJobsAvailable(identity.context.tenantId, registration.type, () =>
      this.#wake(),
    );
    this.#stopTakingNew = source.takeNewJobs(identity.context.tenantId, registration.type, this);
    this.#wake();
  }

  get worker(): string {
    return this.options.identity.worker;
  }

  get timeoutMs(): number {
    return this.options.leaseMs;
  }

  /** Jobs that wait already come first; what is limited in its rate is looked for when the rate allows. */
  reserve(): boolean {
    const { rateLimit } = this.registration;
    if (this.#isStopped || this.#mayBeMore || this.#taking || this.#free <= 0 || rateLimit) return false;
    const slot = this.options.slots.tryAcquire();
    if (slot) this.#reserved.push(slot);
    return slot !== undefined;
  }

  release(): void {
    this.#reserved.pop()?.();
    if (this.#reserved.length === 0) this.#noneReserved?.();
    if (this.#mayBeMore) this.#wake();
  }

  take(job: Job): void {
    const slot = this.#reserved.pop();
    if (slot === undefined) throw new Error('Expected a place to be reserved before a job is handed over.');
    this.#handle(job, slot);
    if (this.#reserved.length === 0) this.#noneReserved?.();
  }

  /** How many jobs are held, those being reported included. */
  get heldCount(): number {
    return this.#atHand.count + this.#reserved.length;
  }

  /** Takes no more jobs. Resolves when what was being taken has arrived. */
  async stopTaking(): Promise<void> {
    this.#isStopped = true;
    this.#stopListening();
    this.#stopTakingNew();
    this.#poll.cancel();
    this.#rateTimer?.cancel();
    await this.#taking;
  }

  async idle(): Promise<void> {
    if (this.#reserved.length > 0) await new Promise<void>((resolve) => (this.#noneReserved = resolve));
    await this.#atHand.idle();
  }

  interrupt(): void {
    this.#atHand.interrupt();
  }

  giveBackAll(): void {
    this.#atHand.giveBackAll();
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
    const { concurrency = defaultConcurrency } = this.registration;
    return Math.min(concurrency - this.heldCount, this.#rate.left);
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
      const { priority = defaultPriority } = this.registration;
      const releases = await this.options.slots.acquireUpTo(this.#free, priority);
      this.#mayBeMore = false;
      const jobs = this.#isStopped ? [] : await this.#take(releases.length);
      if (jobs.length === releases.length) this.#mayBeMore = true;
      this.#rate.count(jobs.length);
      releases.forEach((release, index) => {
        const job = jobs[index];
        if (job === undefined) release();
        else this.#handle(job, release);
      });
    }
    if (this.#mayBeMore && this.#rate.left === 0 && !this.#isStopped) this.#wakeWhenRateAllows();
  }

  #wakeWhenRateAllows(): void {
    this.#rateTimer?.cancel();
    this.#rateTimer = this.options.clock.setTimer(this.#rate.opensAt, () => this.#wake());
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

  #handle(job: Job, release: () => void): void {
    const handled = this.#isStopped ? this.#atHand.return(job) : this.#atHand.do(job);
    void handled.then(() => {
      release();
      if (this.#mayBeMore) this.#wake();
    });
  }
}
