import type { Clock } from '../../platform/clock.js';
import { failpoint } from '../../platform/failpoints.js';
import type { Logger } from '../../platform/logger.js';
import type { RelayedJob } from '../../runtime/ports.js';
import type { RequestContext } from '../../runtime/runtime.js';
import { Sleeper } from '../../runtime/sleeper.js';
import type { RelaySource } from '../job-source.js';
import { wait } from '../../client/wait.js';
import type { JobQueue } from './job-queue.js';

export interface JobRelayOptions {
  readonly source: RelaySource;
  readonly queue: JobQueue;
  readonly context: RequestContext;
  /** The types that go by queue; others are left to whoever activates them. */
  readonly types: readonly string[];
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface RelayState {
  readonly isUp: boolean;
  /** For how long jobs have been waiting to be put on the queue; 0 when none waits. */
  readonly lagMs: number;
}

/** Jobs claimed and put at once: all that the relay ever holds in memory. */
export const relayBatch = 500;
/** How often it looks without being woken, and asks whether the queue is there. */
export const relayLookMs = 1_000;
/** What was put and not taken is put again after that long, older jobs later: see `JobStore.relay`. */
export const relayAgainAfterMs = { least: 30_000, most: 5 * 60_000 } as const;

const firstPauseMs = 100;
const longestPauseMs = 5_000;

/**
 * Puts committed jobs on the queue, soon after their commit. It claims the next jobs only when the queue has those before, so
 * that a queue that is slow or away leaves them in the database and not in memory; what the queue has lost, it puts again.
 */
export class JobRelay {
  readonly #sleeper: Sleeper;
  readonly #wanted = new Set<string>();
  readonly #stopping = new AbortController();
  #unsubscribe: readonly (() => void)[] = [];
  /** By the clock's `elapsed()`, as the next. */
  #lookAt = -Infinity;
  #isUp = true;
  #storeFails = false;
  /** The queue has lost jobs that have not been made ready to be put again. */
  #mustForget = false;
  #behindSince: number | undefined;

  constructor(private readonly options: JobRelayOptions) {
    this.#sleeper = new Sleeper(
      options.clock,
      () => this.#work(),
      (error) => this.#failed(error),
    );
  }

  start(): void {
    const { source, context, types } = this.options;
    this.#unsubscribe = types.map((type) =>
      source.onJobsAvailable(context.tenantId, type, () => {
        this.#wanted.add(type);
        if (this.#isUp) this.#sleeper.wake();
      }),
    );
    this.#sleeper.start();
  }

  /** Claims no more; what is claimed and not put is put later, by another node or after the next start. Never rejects. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    await this.#sleeper.stop();
  }

  get state(): RelayState {
    const { clock } = this.options;
    const lagMs = this.#behindSince === undefined ? 0 : clock.elapsed() - this.#behindSince;
    return { isUp: this.#isUp, lagMs };
  }

  async #work(): Promise<number> {
    const { clock, queue, types } = this.options;
    if (clock.elapsed() >= this.#lookAt) {
      try {
        if (await queue.hasLost()) this.#mustForget = true;
      } catch (error) {
        this.#down(error);
        return clock.now() + relayLookMs;
      }
      this.#backUp();
      if (this.#mustForget) await this.#forgetAll();
      this.#mustForget = false;
      for (const type of types) this.#wanted.add(type);
      this.#lookAt = clock.elapsed() + relayLookMs;
    }
    for (const type of this.#wanted) {
      if (this.#stopping.signal.aborted) break;
      this.#wanted.delete(type);
      const jobs = await this.#claim(type);
      // A type with more goes to the end, so that it does not hold up the others.
      if (jobs.length === relayBatch) this.#wanted.add(type);
      if (jobs.length > 0) await this.#put(type, jobs);
      // Under load, too, it notices that the queue has lost something.
      if (clock.elapsed() >= this.#lookAt) break;
    }
    this.#storeFails = false;
    return clock.now() + this.#lookAt - clock.elapsed();
  }

  async #claim(type: string): Promise<readonly RelayedJob[]> {
    const { source, context } = this.options;
    const claim = { type, limit: relayBatch, againAfterMs: relayAgainAfterMs };
    const outcome = await source.relayJobs(context, claim);
    if (outcome.ok) return outcome.value;
    throw new Error(`Expected jobs to be claimed but it was refused: ${outcome.problem.detail}`);
  }

  /** Until the queue has them: nothing else is claimed meanwhile. */
  async #put(type: string, jobs: readonly RelayedJob[]): Promise<void> {
    const { clock, queue } = this.options;
    failpoint('before-relay');
    this.#behindSince ??= clock.elapsed();
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      try {
        await queue.put(type, jobs);
        this.#backUp();
        this.#behindSince = undefined;
        return;
      } catch (error) {
        this.#down(error);
        await wait(clock, pauseMs, this.#stopping.signal);
        if (this.#stopping.signal.aborted) return;
      }
    }
  }

  /** Many statements of bounded size: a queue that was flushed may have carried very many jobs. */
  async #forgetAll(): Promise<void> {
    const { source, context, types, logger } = this.options;
    let forgotten = 0;
    for (const type of types) {
      for (let more = true; more && !this.#stopping.signal.aborted;) {
        const outcome = await source.forgetRelayedJobs(context, { type, limit: relayBatch });
        if (!outcome.ok) throw new Error(`Expected jobs to be forgotten: ${outcome.problem.detail}`);
        forgotten += outcome.value;
        more = outcome.value === relayBatch;
      }
    }
    if (forgotten > 0) logger.warn({ jobs: forgotten }, 'the queue has lost jobs; they are put again');
  }

  /** The database is away, or something of ours is wrong. */
  #failed(error: unknown): number {
    const { clock, logger } = this.options;
    if (!this.#storeFails) logger.error({ err: error }, 'jobs cannot be claimed for the queue; trying again');
    this.#storeFails = true;
    return clock.now() + relayLookMs;
  }

  /** Once per outage, not once per attempt. */
  #down(error: unknown): void {
    if (!this.#isUp) return;
    this.#isUp = false;
    this.#behindSince ??= this.options.clock.elapsed();
    this.options.logger.error({ err: error }, 'jobs cannot be put on the queue; they wait in the database');
  }

  #backUp(): void {
    if (this.#isUp) return;
    this.#isUp = true;
    this.#behindSince = undefined;
    this.options.logger.info('jobs are put on the queue again');
  }
}
