import { type Job as BullmqJob, WaitingError, type Worker, type WorkerOptions } from 'bullmq';
import type { Clock } from '../../platform/clock.js';
import type { Logger } from '../../platform/logger.js';
import { defaultConcurrency, defaultPriority, type JobRegistration } from '../job-registration.js';
import type { JobSlots } from '../job-slots.js';
import { JobsAtHand, type JobsAtHandOptions } from '../jobs-at-hand.js';
import type { StoppableWorker } from '../../client/worker/stop-workers.js';
import { wait } from '../../client/wait.js';
import type { JobLocks } from './job-locks.js';
import { readQueuedJob } from './job-queue.js';
import { OutageLog } from './outage-log.js';
import { queueNameOf } from './queue-names.js';

/** What does the jobs of one queue: BullMQ's `Worker`, on either backend. */
export interface OpenWorker extends Pick<Worker, 'pause' | 'close'> {
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'active', listener: () => void): unknown;
  on(event: 'failed', listener: (entry: unknown, error: Error) => void): unknown;
}

/** Opens a worker of BullMQ; the prefix and the connection are its business. */
export type OpenWorkerOf = (
  name: string,
  processor: (job: BullmqJob<unknown>, token?: string) => Promise<void>,
  options: Omit<WorkerOptions, 'connection' | 'prefix'>,
) => OpenWorker;

export interface QueuedTypeWorkerOptions extends JobsAtHandOptions {
  readonly open: OpenWorkerOf;
  readonly locks: JobLocks;
  readonly slots: JobSlots;
  /** Of the whole process. */
  readonly concurrency: number;
}

const closeLimitMs = 2_000;

/**
 * Does the jobs of one type that a queue brings. An entry of the queue only tells which job there is: it is done under the lock of
 * the database, and an entry whose job has gone on is dropped. BullMQ's own locks and retries decide nothing.
 */
export class QueuedTypeWorker implements StoppableWorker {
  readonly #atHand: JobsAtHand;
  readonly #worker: OpenWorker;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #isStopped = false;

  constructor(
    private readonly registration: JobRegistration,
    private readonly options: QueuedTypeWorkerOptions,
  ) {
    const { type, concurrency = defaultConcurrency, rateLimit } = registration;
    const { leaseMs } = options;
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#atHand = new JobsAtHand(registration, options);
    this.#worker = options.open(queueNameOf(type), (entry, token) => this.#process(entry, token), {
      concurrency: Math.min(concurrency, options.concurrency),
      ...(rateLimit === undefined ? {} : { limiter: { max: rateLimit.max, duration: rateLimit.durationMs } }),
      lockDuration: leaseMs,
      stalledInterval: leaseMs,
      // How soon it asks again after a failure; by default 15 s.
      runRetryDelay: 1_000,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
    });
    // Without a listener an error would end the process. What BullMQ has lost of an entry is of no consequence here.
    const outages = new OutageLog(this.#logger, `the queue of job type ${JSON.stringify(type)}`);
    this.#worker.on('error', (error) => outages.failed(error));
    this.#worker.on('active', () => outages.worked());
    this.#worker.on('failed', (_entry, error) =>
      this.#logger.warn({ jobType: type, err: error }, 'an entry of the queue failed; its job is put again'),
    );
  }

  get heldCount(): number {
    return this.#atHand.count;
  }

  async stopTaking(): Promise<void> {
    this.#isStopped = true;
    await this.#worker.pause(true);
  }

  idle(): Promise<void> {
    return this.#atHand.idle();
  }

  interrupt(): void {
    this.#atHand.interrupt();
  }

  giveBackAll(): void {
    this.#atHand.giveBackAll();
  }

  /** Lets go of the queue, which may be away. Never rejects. */
  async close(): Promise<void> {
    const forced = wait(this.#clock, closeLimitMs).then(() => this.#worker.close(true));
    await Promise.race([this.#worker.close(), forced]).catch((error: unknown) =>
      this.#logger.debug({ err: error }, 'a queue could not be closed'),
    );
  }

  async #process(entry: BullmqJob<unknown>, token: string | undefined): Promise<void> {
    const queued = readQueuedJob(entry.data);
    if (queued === undefined) {
      this.#logger.error(
        { jobType: this.registration.type },
        'the queue has brought what is no job; dropped',
      );
      return;
    }
    const release = await this.options.slots.acquire(this.registration.priority ?? defaultPriority);
    try {
      if (this.#isStopped) return await this.#leave(entry, token);
      const job = await this.options.locks.take(queued);
      if (job === undefined) return;
      await (this.#isStopped ? this.#atHand.return(job) : this.#atHand.do(job));
    } finally {
      release();
    }
  }

  /** For another worker: the entry goes back to the queue. */
  async #leave(entry: BullmqJob<unknown>, token: string | undefined): Promise<never> {
    await entry.moveToWait(token);
    throw new WaitingError();
  }
}
