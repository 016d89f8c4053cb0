import type { JWTPayload } from 'jose';
import { grantKinds, isRole } from '../contract/roles.js';
import { isTenantId } from '../contract/tenant.js';
import type { ClaimNames } from '../platform/claim-names.js';
import { defaultTenant, type Grants, type Principal } from './principal.js';

const nameLengthMax = 255;
const grantNamesMax = 1_000;

/** How claims came: by a bearer token, or by the ID token of somebody who has signed in. Their subjects may be of two issuers. */
export type ClaimsBearer = 'jwt' | 'oidc';

/**
 * Whom the claims of a verified token speak of; undefined where they do not say it. A role that there is not gives nothing; grants that
 * cannot be read let nobody in, since without them they would reach further.
 */
export function principalOf(
  payload: JWTPayload,
  claims: ClaimNames,
  bearer: ClaimsBearer,
): (Principal & { readonly name: string }) | undefined {
  const { sub } = payload;
  const name = claimAt(payload, claims.name);
  const tenantId = claims.tenant === undefined ? defaultTenant : claimAt(payload, claims.tenant);
  const grants = grantsOf(claimAt(payload, claims.grants));
  if (!isName(sub) || !isName(name) || grants === undefined) return undefined;
  if (typeof tenantId !== 'string' || !isTenantId(tenantId)) return undefined;
  const roles = words(claimAt(payload, claims.roles)).filter(isRole);
  const by = bearer === 'jwt' ? 'token' : 'session';
  return { id: `${bearer}:${sub}`, name, tenantId, roles, grants, by };
}

/** Whether the token has every scope (RFC 9068, 2.2.3: `scope`; others write `scp`). */
export function hasScopes({ scope, scp }: JWTPayload, scopes: readonly string[]): boolean {
  const had = [...words(scope), ...words(scp)];
  return scopes.every((one) => had.includes(one));
}

/** By its name, as it is or else as a path: `realm_access.roles`. */
function claimAt(payload: JWTPayload, name: string): unknown {
  if (Object.hasOwn(payload, name)) return payload[name];
  let here: unknown = payload;
  for (const part of name.split('.')) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, part)) return undefined;
    here = (here as Readonly<Record<string, unknown>>)[part];
  }
  return here;
}

/** A list of texts, or one text with spaces between. */
function words(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.split(' ').filter((word) => word !== '');
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= nameLengthMax;
}

function grantsOf(value: unknown): Grants | undefined {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const entries = Object.entries(value);
  const isReadable = entries.every(
    ([kind, names]: [string, unknown]) =>
      grantKinds.some((known) => known === kind) &&
      Array.isArray(names) &&
      names.length <= grantNamesMax &&
      names.every(isName),
  );
  return isReadable ? value : undefined;
}
