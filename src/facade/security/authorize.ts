import type { Request } from 'express';
import type { Permission } from '../../contract/permissions.js';
import { isTenantId, tenantHeader } from '../../contract/tenant.js';
import { exchangeOf } from '../request/exchange.js';
import { refuse } from '../respond/refusal.js';
import type { Principal } from '../../identity/principal.js';
import { type Access, accessOf } from './access.js';

/**
 * What the principal may do of what needs the permission, in its tenant or in the one that `Throughline-Tenant` names.
 * Throws `forbidden` where it may not: of tenants that are not its own it is told nothing, whether they exist or not.
 */
export function authorize(req: Request, principal: Principal, permission: Permission): Access {
  const exchange = exchangeOf(req);
  exchange.tenantId = principal.tenantId;
  const tenantId = tenantOf(req, principal);
  // Also of what is refused: the log tells about which tenant it was.
  exchange.tenantId = tenantId;
  return expectPermission(principal, permission, tenantId);
}

/** What the principal may do there of what needs the permission. Throws `forbidden` where it may not. */
export function expectPermission(principal: Principal, permission: Permission, tenantId: string): Access {
  const access = accessOf(principal, permission, tenantId);
  if (access !== undefined) return access;
  const where = tenantId === principal.tenantId ? '' : ` in the tenant ${JSON.stringify(tenantId)}`;
  throw refuse(
    'forbidden',
    `Expected the permission ${permission}${where} but ${principal.id} does not have it.`,
  );
}

function tenantOf(req: Request, principal: Principal): string {
  const given = req.headers[tenantHeader];
  if (given === undefined) return principal.tenantId;
  if (typeof given === 'string' && isTenantId(given)) return given;
  const message = 'Expected letters, digits, ".", "_" and "-", at most 64.';
  throw refuse('validation-failed', `Expected the name of a tenant in Throughline-Tenant: ${message}`, {
    errors: [{ path: `header.${tenantHeader}`, message }],
  });
}
