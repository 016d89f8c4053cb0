import type { Permission } from '../../contract/permissions.js';
import type { Clock } from '../../platform/clock.js';
import { type LimitsByTenant, limitsOf } from '../../platform/tenant-limits.js';
import type { Queries } from '../../runtime/queries.js';
import { refuse } from '../respond/refusal.js';

/** How long a count of instances is good for: the limit may be exceeded by what is started in that time. */
export const countedForMs = 1_000;

/** Tenants that are known at a time; beyond that all begin anew. */
const tenantsMax = 10_000;

interface Bucket {
  tokens: number;
  filledAt: number;
}

/** Holds each tenant to its limits, on this server. */
export class TenantGate {
  readonly #buckets = new Map<string, Bucket>();
  readonly #counts = new Map<string, { readonly at: number; readonly count: Promise<number> }>();

  constructor(
    private readonly limits: LimitsByTenant,
    private readonly queries: Pick<Queries, 'activeInstanceCount'>,
    private readonly clock: Pick<Clock, 'elapsed'>,
    private readonly bodyLimitBytes: number,
  ) {}

  /** Lets a request in. Throws `too-many-requests` or `limit-exceeded`. */
  async admit(tenantId: string, permission: Permission): Promise<void> {
    const { requestsPerSecond, activeInstances } = limitsOf(this.limits, tenantId);
    if (requestsPerSecond !== undefined) this.#takeToken(tenantId, requestsPerSecond);
    if (activeInstances === undefined || permission !== 'process-instance:start') return;
    if ((await this.#count(tenantId, activeInstances)) < activeInstances) return;
    const detail = `Expected fewer than ${activeInstances} active process instances of the tenant but there are as many.`;
    throw refuse('limit-exceeded', detail);
  }

  /** The largest body of a request, in bytes. */
  bodyLimitOf(tenantId: string): number {
    const { bodyBytes = Infinity } = limitsOf(this.limits, tenantId);
    return Math.min(this.bodyLimitBytes, bodyBytes);
  }

  /** A bucket that holds what comes in a second (token bucket). */
  #takeToken(tenantId: string, perSecond: number): void {
    const now = this.clock.elapsed();
    const bucket = this.#buckets.get(tenantId) ?? { tokens: perSecond, filledAt: now };
    bucket.tokens = Math.min(perSecond, bucket.tokens + ((now - bucket.filledAt) * perSecond) / 1_000);
    bucket.filledAt = now;
    if (this.#buckets.size >= tenantsMax) this.#buckets.clear();
    this.#buckets.set(tenantId, bucket);
    if (bucket.tokens < 1) {
      const detail = `Expected at most ${perSecond} requests of the tenant in a second but found more.`;
      throw refuse('too-many-requests', detail);
    }
    bucket.tokens -= 1;
  }

  #count(tenantId: string, most: number): Promise<number> {
    const now = this.clock.elapsed();
    const known = this.#counts.get(tenantId);
    if (known !== undefined && now - known.at < countedForMs) return known.count;
    const count = this.queries.activeInstanceCount(tenantId, most);
    // A count that failed is asked for again.
    count.catch(() => this.#counts.delete(tenantId));
    if (this.#counts.size >= tenantsMax) this.#counts.clear();
    this.#counts.set(tenantId, { at: now, count });
    return count;
  }
}
