import type { Permission } from '../../contract/operation.js';

/** Who asks. */
export interface Principal {
  readonly id: string;
  readonly tenantId: string;
  /** What it may do; `all` for administrators. */
  readonly permissions: 'all' | ReadonlySet<Permission>;
}

/** The tenant of everything, as long as there is one. */
export const defaultTenant = 'default';

/** May do everything: the bearer of the bootstrap key, and on a development machine everybody. */
export const administrator: Principal = { id: 'admin', tenantId: defaultTenant, permissions: 'all' };

/** Whether the principal may do what needs the permission. */
export function isPermitted(principal: Principal, permission: Permission): boolean {
  return permission === 'public' || principal.permissions === 'all' || principal.permissions.has(permission);
}
