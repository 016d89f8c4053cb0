import type { Credentials } from '../contract/me.js';
import type { GrantKind, Role } from '../contract/roles.js';

/** Names that a principal is narrowed to, by kind. What that means for a kind that is absent, its roles say. */
export type Grants = { readonly [Kind in GrantKind]?: readonly string[] };

/** Who asks. */
export interface Principal {
  /** Of one principal alone: what its Idempotency-Keys belong to, and the limits of its requests. */
  readonly id: string;
  /** As the history, models and assignees name it. Default: the id. */
  readonly name?: string;
  readonly tenantId: string;
  readonly roles: readonly Role[];
  readonly grants: Grants;
  /** What it is known by. */
  readonly by?: Credentials;
  /** When its credentials end by what they say themselves, in milliseconds since the epoch; they may be ended before. */
  readonly validUntil?: number;
  /** It may do everything in every tenant, whatever its roles. Of the bootstrap administrator alone. */
  readonly isRoot?: true;
}

/** The tenant of everything that names no other. */
export const defaultTenant = 'default';

/** May do everything: the bearer of the bootstrap key, and on a development machine everybody. */
export const administrator: Principal = {
  id: 'admin',
  tenantId: defaultTenant,
  roles: ['admin'],
  grants: {},
  isRoot: true,
};

/** Somebody without credentials, where none are needed. */
export const anonymous: Principal = { id: 'anonymous', tenantId: defaultTenant, roles: [], grants: {} };

/** A channel of people, known by its provider's signature: it asks the runtime itself and may do no operation. */
export function channelPrincipal(id: string): Principal {
  return { ...anonymous, id };
}
