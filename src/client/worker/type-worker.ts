import { type BackoffPolicy, backoffMs } from '../backoff.js';
import { wait } from '../wait.js';
import { HeldJob } from './held-job.js';
import { giveBack, isGone, reportJob, type ReportOptions } from './report-job.js';
import type { StoppableWorker } from './stop-workers.js';
import { withFields, type WorkerLogger } from './worker-logger.js';
import type { WorkerJob, WorkerSettings } from './worker-options.js';

/** The wait before the next poll while the server is away. */
const awayBackoff: BackoffPolicy = { initialMs: 500, maxMs: 30_000 };

/** A poll that ends earlier without a job has not waited. */
const tooSoonMs = 100;

/** The jobs of one type that a worker takes and holds. */
export class TypeWorker<Variables extends object> implements StoppableWorker {
  readonly #held = new Set<HeldJob<WorkerJob<Variables>, WorkerLogger>>();
  /** Jobs held or being reported: each ends by itself. */
  readonly #working = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  readonly #hurry = new AbortController();
  readonly #abandon = new AbortController();
  #taking: Promise<void> = Promise.resolve();

  constructor(private readonly settings: WorkerSettings<Variables>) {}

  get heldCount(): number {
    return this.#working.size;
  }

  start(): void {
    this.#taking = this.#takeAll();
  }

  /** A poll that waits is ended: the server gives no job to who has gone. */
  async stopTaking(): Promise<void> {
    this.#stopping.abort();
    await this.#taking;
  }

  async idle(): Promise<void> {
    while (this.#working.size > 0) await Promise.all(this.#working);
  }

  interrupt(): void {
    for (const held of this.#held) held.interrupt();
  }

  giveBackAll(): void {
    this.#hurry.abort();
    for (const held of this.#held) held.giveBack();
  }

  /** Gives up what is still being sent: the process may end. */
  abandon(): void {
    this.#abandon.abort();
  }

  async #takeAll(): Promise<void> {
    const { concurrency, clock, logger, type } = this.settings;
    let failures = 0;
    while (!this.#stopping.signal.aborted) {
      const free = concurrency - this.#working.size;
      if (free === 0) {
        await this.#oneEnds();
        continue;
      }
      try {
        const askedAt = clock.now();
        const jobs = await this.#poll(free);
        for (const job of jobs) this.#track(this.#begin(job));
        // A server that stops answers at once.
        if (jobs.length === 0 && clock.now() - askedAt < tooSoonMs) await this.#pause(1);
        if (failures > 0) logger.info({ jobType: type }, 'jobs can be taken again');
        failures = 0;
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        failures++;
        if (failures === 1) logger.warn({ jobType: type, err: error }, 'jobs cannot be taken; trying again');
        await this.#pause(failures);
      }
    }
  }

  #pause(failures: number): Promise<void> {
    const { clock, random } = this.settings;
    return wait(clock, backoffMs(failures, awayBackoff, random), this.#stopping.signal);
  }

  async #poll(maxJobs: number): Promise<readonly WorkerJob<Variables>[]> {
    const {
      client,
      type,
      name: worker,
      leaseMs: timeoutMs,
      requestTimeoutMs,
      fetchVariables,
    } = this.settings;
    const asked = fetchVariables === undefined ? {} : { fetchVariables };
    const body = { type, worker, maxJobs, timeoutMs, requestTimeoutMs, ...asked };
    const { jobs } = await client.activateJobs({ body }, { signal: this.#stopping.signal, retry: false });
    // What the variables are is the caller's word for it.
    return jobs.map((job) => ({ ...job, variables: job.variables as Variables }));
  }

  /** Waits until a job has ended or the worker stops. */
  async #oneEnds(): Promise<void> {
    let stop = (): void => {};
    const stopped = new Promise<void>((resolve) => (stop = resolve));
    this.#stopping.signal.addEventListener('abort', stop);
    await Promise.race([stopped, ...this.#working]);
    this.#stopping.signal.removeEventListener('abort', stop);
  }

  /** A job that arrives while the worker stops goes back unseen. */
  #begin(job: WorkerJob<Variables>): Promise<void> {
    return this.#stopping.signal.aborted ? giveBack(job, this.#reportOptions(job)) : this.#do(job);
  }

  async #do(job: WorkerJob<Variables>): Promise<void> {
    const { client, clock, handler, leaseMs, timeoutMs } = this.settings;
    const { jobId, fence, traceparent } = job;
    const report = this.#reportOptions(job);
    const held = new HeldJob(job, handler, {
      clock,
      timeoutMs,
      logger: report.logger,
      extendEveryMs: Math.ceil(leaseMs / 3),
      extendLease: async () => {
        try {
          const body = { timeoutMs: leaseMs, fence };
          const bounds = { timeLimitMs: Math.ceil(leaseMs / 3), signal: this.#abandon.signal };
          const call = traceparent === undefined ? bounds : { ...bounds, traceparent };
          await client.extendJob({ params: { jobId }, body }, call);
          return true;
        } catch (error) {
          if (isGone(error)) return false;
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

  #track(work: Promise<void>): void {
    const tracked = work
      .catch((error: unknown) => this.settings.logger.error({ err: error }, 'doing a job went wrong'))
      .then(() => void this.#working.delete(tracked));
    this.#working.add(tracked);
  }

  #reportOptions({
    jobId,
    type: jobType,
    processInstanceId,
    elementId,
    traceparent,
  }: WorkerJob<Variables>): ReportOptions {
    const { logger, ...settings } = this.settings;
    return {
      ...settings,
      logger: withFields(logger, { jobId, jobType, processInstanceId, elementId }),
      ...(traceparent !== undefined && { traceparent }),
      hurry: this.#hurry.signal,
      abandon: this.#abandon.signal,
    };
  }
}
