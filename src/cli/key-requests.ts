import type { RequestOf } from '../client/operation-types.js';
import { UsageError } from './command.js';
import { grantKinds, type GrantKind, isRole, type Role, everyRole } from '../contract/roles.js';

/** What the command line says of a new key, before it is checked. */
export interface KeyOptions {
  readonly name: string;
  /** Separated by commas. */
  readonly roles: string;
  /** Each `kind=name,name`. */
  readonly grants: readonly string[];
  /** Days from now. */
  readonly expiresInDays?: string;
}

type CreateRequest = RequestOf<'createApiKey'>['body'];

/** The request for a new key. @throws UsageError */
export function createRequestOf(
  { name, roles, grants, expiresInDays }: KeyOptions,
  now: number,
): CreateRequest {
  const expires = expiresInDays === undefined ? {} : { expiresAt: daysFrom(now, expiresInDays) };
  return { name, roles: roles.split(',').map(roleOf), grants: grantsOf(grants), ...expires };
}

function roleOf(text: string): Role {
  const role = text.trim();
  if (isRole(role)) return role;
  throw new UsageError(`Expected --roles of ${everyRole.join(', ')} but found ${JSON.stringify(role)}.`);
}

function grantsOf(given: readonly string[]): Partial<Record<GrantKind, string[]>> {
  const grants: Partial<Record<GrantKind, string[]>> = {};
  for (const one of given) {
    const [kind = '', names = ''] = one.split(/=(.*)/s);
    const known = grantKinds.find((candidate) => candidate === kind);
    if (known === undefined || names === '') {
      const kinds = grantKinds.join(', ');
      throw new UsageError(
        `Expected --grant KIND=NAME,… with a kind of ${kinds} but found ${JSON.stringify(one)}.`,
      );
    }
    grants[known] = [...(grants[known] ?? []), ...names.split(',')];
  }
  return grants;
}

const dayMs = 24 * 60 * 60_000;

function daysFrom(now: number, text: string): string {
  if (/^[1-9]\d{0,4}$/.test(text)) return new Date(now + Number(text) * dayMs).toISOString();
  throw new UsageError(`Expected --expires-in to be a number of days but found ${JSON.stringify(text)}.`);
}
