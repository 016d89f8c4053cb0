import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import { LOOK_AGAIN_MS } from './loops/loop.js';
import { Sleeper } from './sleeper.js';

/** When the next job of a type can be activated, in milliseconds since the epoch; undefined where there is none. */
export type NextAvailableAt = (tenantId: string, type: string) => Promise<number | undefined>;

interface JobType {
  /** Raised by every offer, so that one between a look and the wait after it is not missed. */
  offers: number;
  readonly subscribers: Set<() => void>;
  /** Long polls, the longest waiting first. */
  readonly waiters: Set<() => void>;
  readonly watch: Sleeper;
}

/**
 * Wakes who waits for jobs of a type: drivers all, long polls as many as there are jobs, the longest waiting first. Offers come from this
 * node's commits; back-offs, deadlines and other nodes' offers are found by looking.
 */
export class JobAvailability {
  private readonly types = new Map<string, JobType>();
  private stopped = false;

  constructor(
    private readonly clock: Clock,
    private readonly nextAvailableAt: NextAvailableAt,
    private readonly logger: Logger,
  ) {}

  get isStopped(): boolean {
    return this.stopped;
  }

  offered(tenantId: string, type: string, count: number): void {
    const jobType = this.types.get(keyOf(tenantId, type));
    if (!jobType) return;
    jobType.offers++;
    for (const callback of jobType.subscribers) callback();
    for (const wake of [...jobType.waiters].slice(0, count)) wake();
  }

  offeredAt(tenantId: string, type: string, at: number): void {
    this.types.get(keyOf(tenantId, type))?.watch.wakeAt(at);
  }

  subscribe(tenantId: string, type: string, callback: () => void): () => void {
    const jobType = this.watched(tenantId, type);
    jobType.subscribers.add(callback);
    return () => {
      jobType.subscribers.delete(callback);
      this.forgetIdle(tenantId, type, jobType);
    };
  }

  /**
   * Watches a type from now on. The answer waits for the next offer after the last `look` until the given time, and is closed
   * when nobody waits any more.
   */
  poll(tenantId: string, type: string): JobPoll {
    const jobType = this.watched(tenantId, type);
    let seen = jobType.offers;
    const open = new Set<() => void>();
    const keep = (): void => undefined;
    jobType.subscribers.add(keep); // Keeps the type watched while the poll looks.
    return {
      look: () => {
        seen = jobType.offers;
      },
      wait: (until, signal) => {
        if (jobType.offers !== seen || this.stopped || signal?.aborted) return Promise.resolve();
        return new Promise((resolve) => {
          const wake = (): void => {
            jobType.waiters.delete(wake);
            open.delete(wake);
            timer.cancel();
            signal?.removeEventListener('abort', wake);
            resolve();
          };
          const timer = this.clock.setTimer(until, wake);
          signal?.addEventListener('abort', wake);
          jobType.waiters.add(wake);
          open.add(wake);
        });
      },
      close: () => {
        for (const wake of open) wake();
        jobType.subscribers.delete(keep);
        this.forgetIdle(tenantId, type, jobType);
      },
    };
  }

  /** Wakes every long poll for the last time. */
  async stop(): Promise<void> {
    this.stopped = true;
    const types = [...this.types.values()];
    for (const { waiters } of types) for (const wake of [...waiters]) wake();
    await Promise.all(types.map(({ watch }) => watch.stop()));
  }

  private watched(tenantId: string, type: string): JobType {
    const key = keyOf(tenantId, type);
    const present = this.types.get(key);
    if (present) return present;
    const watch = new Sleeper(
      this.clock,
      () => this.look(tenantId, type),
      (error) => {
        this.logger.error({ err: error, type }, 'jobs could not be looked for; trying again');
        return this.clock.now() + LOOK_AGAIN_MS;
      },
    );
    const jobType: JobType = { offers: 0, subscribers: new Set(), waiters: new Set(), watch };
    this.types.set(key, jobType);
    if (!this.stopped) watch.start();
    return jobType;
  }

  private async look(tenantId: string, type: string): Promise<number> {
    const next = await this.nextAvailableAt(tenantId, type);
    const soon = this.clock.now() + LOOK_AGAIN_MS;
    if (next === undefined) return soon;
    if (next > this.clock.now()) return Math.min(next, soon);
    this.offered(tenantId, type, Infinity);
    return soon; // Whoever was woken is busy, or will take it.
  }

  private forgetIdle(tenantId: string, type: string, jobType: JobType): void {
    if (jobType.subscribers.size > 0 || jobType.waiters.size > 0) return;
    void jobType.watch.stop();
    this.types.delete(keyOf(tenantId, type));
  }
}

/** A long poll's view of a job type. */
export interface JobPoll {
  /** Call it before looking for jobs: what is offered from here on ends the next wait. */
  look(): void;
  wait(until: number, signal?: AbortSignal): Promise<void>;
  close(): void;
}

function keyOf(tenantId: string, type: string): string {
  return JSON.stringify([tenantId, type]);
}
