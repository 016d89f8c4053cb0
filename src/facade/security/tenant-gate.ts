import type { Permission } from '../../contract/permissions.js';
import type { Clock } from '../../platform/clock.js';
import { type LimitsByTenant, limitsOf } from '../../platform/tenant-limits.js';
import type { Queries } from '../../runtime/queries.js';
import { refuse } from '../respond/refusal.js';
import type { RateLimiter } from './rate-limiter.js';

/** How long a count of instances is good for: the limit may be exceeded by what is started in that time. */
export const countedForMs = 1_000;

/** Tenants that are known at a time; beyond that all begin anew. */
const tenantsMax = 10_000;

/** Holds each tenant, and each of its principals, to their limits. */
export class TenantGate {
  readonly #counts = new Map<string, { readonly at: number; readonly count: Promise<number> }>();

  constructor(
    private readonly limits: LimitsByTenant,
    private readonly queries: Pick<Queries, 'activeInstanceCount'>,
    private readonly clock: Pick<Clock, 'elapsed'>,
    private readonly bodyLimitBytes: number,
    private readonly rates: Pick<RateLimiter, 'take'>,
  ) {}

  /** Lets a request of a principal in. Throws `too-many-requests` or `limit-exceeded`. */
  async admit(tenantId: string, principalId: string, permission: Permission): Promise<void> {
    const { requestsPerSecond, principalRequestsPerSecond, activeInstances } = limitsOf(
      this.limits,
      tenantId,
    );
    // The principal first: what it is refused takes nothing from the others of its tenant.
    await this.#take(`principal:${tenantId}:${principalId}`, principalRequestsPerSecond, 'principal');
    await this.#take(`tenant:${tenantId}`, requestsPerSecond, 'tenant');
    if (activeInstances === undefined || permission !== 'process-instance:start') return;
    if ((await this.#count(tenantId, activeInstances)) < activeInstances) return;
    const detail = `Expected fewer than ${activeInstances} active process instances of the tenant but there are as many.`;
    throw refuse('limit-exceeded', detail);
  }

  async #take(name: string, perSecond: number | undefined, whose: string): Promise<void> {
    if (perSecond === undefined || (await this.rates.take(name, perSecond))) return;
    const detail = `Expected at most ${perSecond} requests of the ${whose} in a second but found more.`;
    throw refuse('too-many-requests', detail);
  }

  /** The largest body of a request, in bytes. */
  bodyLimitOf(tenantId: string): number {
    const { bodyBytes = Infinity } = limitsOf(this.limits, tenantId);
    return Math.min(this.bodyLimitBytes, bodyBytes);
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
