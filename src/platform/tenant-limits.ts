import { z } from 'zod';

/** What one tenant may use of a server. What is absent is not limited beyond what holds for all. */
export interface TenantLimits {
  /** Of all its principals, on all servers that share a PostgreSQL; as many may come at once. */
  readonly requestsPerSecond?: number;
  /** The same, of each principal. */
  readonly principalRequestsPerSecond?: number;
  /** Of one request. */
  readonly bodyBytes?: number;
  /** Beyond these none is started by a request. */
  readonly activeInstances?: number;
}

/** Limits by tenant; under `*` those of every tenant that is not named. */
export type LimitsByTenant = Readonly<Record<string, TenantLimits>>;

const count = z.int().min(1).max(1_000_000_000);

const schema = z.record(
  z.string().regex(/^(\*|[A-Za-z0-9][A-Za-z0-9._-]{0,63})$/),
  z.strictObject({
    requestsPerSecond: count.optional(),
    principalRequestsPerSecond: count.optional(),
    bodyBytes: count.optional(),
    activeInstances: count.optional(),
  }),
);

/** Limits as JSON, `{"*": {"requestsPerSecond": 100}}`; undefined for what is not. */
export function parseTenantLimits(text: string): LimitsByTenant | undefined {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export function limitsOf(limits: LimitsByTenant, tenantId: string): TenantLimits {
  return (Object.hasOwn(limits, tenantId) ? limits[tenantId] : limits['*']) ?? {};
}
