import { isIPv6 } from 'node:net';
import type { Request, RequestHandler } from 'express';
import type { Clock } from '../../platform/clock.js';
import { TooManyWaiting, Turns } from '../../platform/turns.js';
import { exchangeOf } from '../request/exchange.js';
import { refuse, RefusedRequest } from '../respond/refusal.js';

/** How often credentials may be wrong: so many at once, and so many in a second afterwards. */
export interface StrangerLimits {
  /** From one address; of IPv6, from one network of 64 bits, which is what one household or server has. */
  readonly ofNetwork: BucketSize;
  /** From all addresses together: who has many is held by this. */
  readonly ofAll: BucketSize;
  /** Networks that are known at a time; beyond that all begin anew. */
  readonly networksMax: number;
  /** Where there were too many wrong ones: how many tries are looked at at once, and how many wait for that. */
  readonly afterwards: { readonly atOnce: number; readonly waiting: number };
}

interface BucketSize {
  readonly atOnce: number;
  readonly perSecond: number;
}

export const strangerLimits: StrangerLimits = {
  ofNetwork: { atOnce: 500, perSecond: 50 },
  ofAll: { atOnce: 5_000, perSecond: 500 },
  networksMax: 10_000,
  afterwards: { atOnce: 4, waiting: 1_000 },
};

/**
 * Bounds how often somebody tries credentials: to see whether they are right may ask the database. Who bears what is right is let in, however many
 * wrong ones came from the same address, which may be that of a proxy: where there were too many, tries are looked at a few at a time, and those that are wrong
 * are told to come later.
 */
export class StrangerGate {
  readonly #networks = new Map<string, Bucket>();
  readonly #all: Bucket;
  readonly #afterwards: Turns;

  constructor(
    private readonly clock: Pick<Clock, 'elapsed'>,
    private readonly limits = strangerLimits,
    /** Whether a request bears the cookie of a session; other cookies are nobody's credentials. */
    private readonly bearsSession: (req: Request) => boolean = () => false,
  ) {
    this.#all = new Bucket(limits.ofAll, clock.elapsed());
    this.#afterwards = new Turns(limits.afterwards);
  }

  /** The handler that finds out who asks, bounded. Throws `too-many-requests` instead of `unauthorized` where there were too many. */
  around(authenticate: RequestHandler): RequestHandler {
    return async (req, res, next) => {
      // Whoever sends none is told so without a look at anything.
      if (req.headers.authorization === undefined && !this.bearsSession(req)) {
        await authenticate(req, res, next);
        return;
      }
      const { sourceAddress = '' } = exchangeOf(req);
      const buckets = [this.#bucketOf(sourceAddress), this.#all];
      const now = this.clock.elapsed();
      if (!buckets.every((bucket) => bucket.has(now))) {
        try {
          await this.#afterwards.during(async () => authenticate(req, res, next));
        } catch (error) {
          throw isWrong(error) || error instanceof TooManyWaiting ? tooMany() : error;
        }
        return;
      }
      for (const bucket of buckets) bucket.take();
      try {
        await authenticate(req, res, next);
      } catch (error) {
        if (!isWrong(error)) for (const bucket of buckets) bucket.giveBack();
        throw error;
      }
      for (const bucket of buckets) bucket.giveBack();
    };
  }

  #bucketOf(address: string): Bucket {
    const network = networkOf(address);
    const known = this.#networks.get(network);
    if (known !== undefined) return known;
    if (this.#networks.size >= this.limits.networksMax) this.#networks.clear();
    const bucket = new Bucket(this.limits.ofNetwork, this.clock.elapsed());
    this.#networks.set(network, bucket);
    return bucket;
  }
}

function isWrong(error: unknown): boolean {
  return error instanceof RefusedRequest && error.refusal.code === 'unauthorized';
}

function tooMany(): RefusedRequest {
  return refuse('too-many-requests', 'Expected fewer requests with wrong credentials.');
}

/** The address; of IPv6 its first 64 bits. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.toLowerCase().split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = tail === undefined ? 0 : 8 - groups.length - after.length;
  const all = [...groups, ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...after];
  return all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}

class Bucket {
  #tokens: number;

  constructor(
    private readonly size: BucketSize,
    private filledAt: number,
  ) {
    this.#tokens = size.atOnce;
  }

  has(now: number): boolean {
    const { atOnce, perSecond } = this.size;
    this.#tokens = Math.min(atOnce, this.#tokens + ((now - this.filledAt) * perSecond) / 1_000);
    this.filledAt = now;
    return this.#tokens >= 1;
  }

  take(): void {
    this.#tokens -= 1;
  }

  giveBack(): void {
    this.#tokens = Math.min(this.size.atOnce, this.#tokens + 1);
  }
}
