import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import { LOOK_AGAIN_MS } from './loops/loop.js';
import { Sleeper } from './sleeper.js';

/** When a job of a type can be activated next, in milliseconds since the epoch; undefined where there is none. */
export type NextAvailableAt = (tenantId: string, type: string) => Promise<number | undefined>;

/** A long poll in its place in the queue; it keeps the place while it looks, and can be woken while it waits. */
interface Poll {
  wake: (() => void) | undefined;
}

interface JobType {
  /** Raised by every offer, so that one between a look and the wait after it is not missed. */
  offers: number;
  readonly subscribers: Set<() => void>;
  /** Long polls, the oldest first. */
  readonly polls: Set<Poll>;
  readonly watch: Sleeper;
}

/**
 * Wakes who waits for jobs of a type: drivers all, long polls as many as there are jobs, the oldest first. Offers come from this
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
    wakePolls(jobType, count);
  }

  offeredAt(tenantId: string, type: string, at: number): void {
    this.types.get(keyOf(tenantId, type))?.watch.wakeAt(at);
  }

  subscribe(tenantId: string, type: string, callback: () => void): () => void {
    const jobType = this.watched(tenantId, type);
    const subscriber = (): void => callback();
    jobType.subscribers.add(subscriber);
    return () => {
      jobType.subscribers.delete(subscriber);
      this.forgetIdle(tenantId, type, jobType);
    };
  }

  /** Takes a place in the queue for jobs of a type, until it is closed. */
  poll(tenantId: string, type: string): JobPoll {
    const jobType = this.watched(tenantId, type);
    const place: Poll = { wake: undefined };
    jobType.polls.add(place);
    let seen = jobType.offers;
    let hasTurn = false;
    return {
      look: () => {
        seen = jobType.offers;
      },
      looked: () => {
        hasTurn = false;
      },
      wait: (until, signal) => {
        if (jobType.offers !== seen || this.stopped || signal?.aborted) return Promise.resolve();
        return new Promise((resolve) => {
          const end = (): void => {
            place.wake = undefined;
            timer.cancel();
            signal?.removeEventListener('abort', end);
            resolve();
          };
          place.wake = () => {
            hasTurn = true;
            end();
          };
          const timer = this.clock.setTimer(this.clock.now() + until - this.clock.elapsed(), end);
          signal?.addEventListener('abort', end);
        });
      },
      close: () => {
        jobType.polls.delete(place);
        if (hasTurn) wakePolls(jobType, 1);
        this.forgetIdle(tenantId, type, jobType);
      },
    };
  }

  /** Wakes every long poll for the last time. */
  async stop(): Promise<void> {
    this.stopped = true;
    const types = [...this.types.values()];
    for (const jobType of types) wakePolls(jobType, Infinity);
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
    const jobType: JobType = { offers: 0, subscribers: new Set(), polls: new Set(), watch };
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
    if (jobType.subscribers.size > 0 || jobType.polls.size > 0) return;
    void jobType.watch.stop();
    const key = keyOf(tenantId, type);
    if (this.types.get(key) === jobType) this.types.delete(key);
  }
}

/** A long poll's view of a job type. */
export interface JobPoll {
  /** Call it before looking for jobs: what is offered from here on ends the next wait. */
  look(): void;
  /** Call it when the look has been answered: a poll that was woken and does not come to that lets the next one look. */
  looked(): void;
  /** Resolves when there may be a job, at `until` by the clock's `elapsed()`, or when the signal aborts. */
  wait(until: number, signal?: AbortSignal): Promise<void>;
  close(): void;
}

function wakePolls({ polls }: JobType, count: number): void {
  let left = count;
  for (const { wake } of polls) {
    if (left <= 0) return;
    if (!wake) continue;
    left--;
    wake();
  }
}

function keyOf(tenantId: string, type: string): string {
  return JSON.stringify([tenantId, type]);
}
