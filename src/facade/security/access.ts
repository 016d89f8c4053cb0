import { type GrantedPermission, neverNarrowed, type Permission } from '../../contract/permissions.js';
import { grantKinds, roleNamed } from '../../contract/roles.js';
import type { Principal } from '../../identity/principal.js';
import type { Reach } from '../../runtime/reach.js';

/** What a principal may do with one operation: in which tenant, and how far it reaches there. */
export interface Access {
  readonly tenantId: string;
  /** Absent: everything of the tenant. */
  readonly reach?: Reach;
}

/** By principal, then permission and tenant: what is worked out once holds as long as the principal is cached. */
const known = new WeakMap<Principal, Map<string, Access | undefined>>();

/**
 * How far the principal reaches in the tenant with what needs the permission; undefined when it may not do that there. Several
 * roles that have the permission reach what each of them reaches.
 */
export function accessOf(
  principal: Principal,
  permission: Permission,
  tenantId: string = principal.tenantId,
): Access | undefined {
  const place = `${permission} ${tenantId}`;
  let accesses = known.get(principal);
  if (accesses === undefined) known.set(principal, (accesses = new Map<string, Access | undefined>()));
  if (accesses.has(place)) return accesses.get(place);
  const access = accessIn(principal, permission, tenantId);
  // A principal that may act in every tenant can name as many as it likes.
  if (accesses.size < accessesMax) accesses.set(place, access);
  return access;
}

const accessesMax = 1_000;

function accessIn(principal: Principal, permission: Permission, tenantId: string): Access | undefined {
  switch (permission) {
    case 'public':
      return { tenantId };
    case 'authenticated':
      return tenantId === principal.tenantId || isEverywhere(principal) ? { tenantId } : undefined;
    default:
      return workedOut(principal, permission, tenantId);
  }
}

function isEverywhere({ isRoot, roles }: Principal): boolean {
  return isRoot === true || roles.some((role) => roleNamed[role].everyTenant === true);
}

function workedOut(
  principal: Principal,
  permission: GrantedPermission,
  tenantId: string,
): Access | undefined {
  if (principal.isRoot === true) return { tenantId };
  const isAtHome = tenantId === principal.tenantId;
  const having = principal.roles
    .map((role) => roleNamed[role])
    .filter(({ permissions, everyTenant }) => {
      const has = permissions.includes(permission);
      return has && (isAtHome || everyTenant === true);
    });
  if (having.length === 0) return undefined;
  const lists = grantKinds.flatMap((kind) => {
    const isOnlyByGrant = having.every(({ onlyByGrant }) => onlyByGrant.includes(kind));
    const list = principal.grants[kind] ?? (isOnlyByGrant ? [] : undefined);
    return list === undefined ? [] : [[kind, list] as const];
  });
  if (lists.length > 0 && neverNarrowed.includes(permission)) return undefined;
  const isWithoutVariables = having.every(({ withoutVariables }) => withoutVariables === true);
  if (lists.length === 0 && !isWithoutVariables) return { tenantId };
  const reach: Reach = {
    ...Object.fromEntries(lists),
    user: principal.name ?? principal.id,
    ...(isWithoutVariables ? { withoutVariables: true } : {}),
  };
  return { tenantId, reach };
}
