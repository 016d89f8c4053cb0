import type { Clock } from '../../platform/clock.js';
import type { Logger } from '../../platform/logger.js';
import type { RateBuckets } from '../../platform/rate-buckets.js';

/** A node takes tokens from the shared bucket for so many parts of a second at once, and asks no more often for a bucket that is empty. */
export const leasesPerSecond = 20;
/** Tokens that a node has taken and not used are lost after that time, as they would have run over in the bucket. */
const leaseMs = 1_000;
/** Callers that are known at a time; beyond that all begin anew. */
export const knownMax = 10_000;
/** So many requests of one caller wait for tokens at once; the others are refused. */
const waitingMax = 1_000;
/** How often it is logged that the shared buckets are away. */
const awayLoggedEveryMs = 60_000;

interface LocalBucket {
  tokens: number;
  filledAt: number;
}

interface Lease {
  tokens: number;
  /** When what is left of the tokens is lost. */
  lostAt: number;
  /** The shared bucket was empty, and is not asked before. */
  emptyUntil: number;
  asking: Promise<void> | undefined;
  waiting: number;
  readonly local: LocalBucket;
}

/**
 * Lets so many requests in per second and name (token bucket: as many may come at once). With shared buckets the number holds for all nodes
 * together; a node takes tokens from them ahead, so that few requests wait for it. While they are away each node counts for itself.
 */
export class RateLimiter {
  readonly #leases = new Map<string, Lease>();
  #awayUntil = -Infinity;
  #awayLoggedAt = -Infinity;

  constructor(
    private readonly clock: Pick<Clock, 'elapsed'>,
    private readonly logger: Pick<Logger, 'warn'>,
    private readonly shared?: RateBuckets,
  ) {}

  /** Takes a token; answers whether there was one. */
  async take(name: string, perSecond: number): Promise<boolean> {
    const lease = this.#leaseOf(name, perSecond);
    const { shared } = this;
    // Each round hands tokens out to some of those who wait, or finds the bucket empty: there is an end.
    for (;;) {
      const now = this.clock.elapsed();
      if (shared === undefined || now < this.#awayUntil) return this.#takeLocal(lease.local, perSecond);
      if (lease.tokens >= 1 && now < lease.lostAt) {
        lease.tokens -= 1;
        return true;
      }
      if (now < lease.emptyUntil || lease.waiting >= waitingMax) return false;
      lease.waiting += 1;
      try {
        await (lease.asking ??= this.#ask(shared, name, perSecond, lease));
      } finally {
        lease.waiting -= 1;
      }
    }
  }

  #leaseOf(name: string, perSecond: number): Lease {
    const known = this.#leases.get(name);
    if (known !== undefined) return known;
    if (this.#leases.size >= knownMax) this.#leases.clear();
    const local = { tokens: perSecond, filledAt: this.clock.elapsed() };
    const lease: Lease = {
      ...{ tokens: 0, lostAt: -Infinity, emptyUntil: -Infinity, asking: undefined, waiting: 0 },
      local,
    };
    this.#leases.set(name, lease);
    return lease;
  }

  #takeLocal(bucket: LocalBucket, perSecond: number): boolean {
    const now = this.clock.elapsed();
    bucket.tokens = Math.min(perSecond, bucket.tokens + ((now - bucket.filledAt) * perSecond) / 1_000);
    bucket.filledAt = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  async #ask(shared: RateBuckets, name: string, perSecond: number, lease: Lease): Promise<void> {
    const wanted = Math.max(1, Math.ceil(perSecond / leasesPerSecond));
    try {
      const tokens = await shared.take(name, perSecond, wanted);
      const now = this.clock.elapsed();
      lease.tokens = tokens;
      lease.lostAt = now + leaseMs;
      if (tokens < 1) lease.emptyUntil = now + leaseMs / leasesPerSecond;
    } catch (error) {
      this.#noteAway(error);
    } finally {
      lease.asking = undefined;
    }
  }

  #noteAway(error: unknown): void {
    const now = this.clock.elapsed();
    this.#awayUntil = now + leaseMs;
    if (now - this.#awayLoggedAt < awayLoggedEveryMs) return;
    this.#awayLoggedAt = now;
    this.logger.warn({ err: error }, 'rate limits hold for this server alone: the shared ones are away');
  }
}
