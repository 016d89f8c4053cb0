import type { Client } from '../client/create-client.js';
import { grantKinds, type GrantKind, isRole, type Role, everyRole } from '../contract/roles.js';
import { table } from './table.js';

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

/** The command line asks for a key that there cannot be. */
export class KeyOptionError extends Error {
  override readonly name = 'KeyOptionError';
}

type CreateRequest = Parameters<Client['createApiKey']>[0]['body'];

/** The request for a new key. @throws KeyOptionError */
export function createRequestOf(
  { name, roles, grants, expiresInDays }: KeyOptions,
  now: number,
): CreateRequest {
  const expires = expiresInDays === undefined ? {} : { expiresAt: daysFrom(now, expiresInDays) };
  return { name, roles: roles.split(',').map(roleOf), grants: grantsOf(grants), ...expires };
}

/** Makes a key; answers the lines to print: the key alone first, so that it can be piped. */
export async function createKey(client: Client, body: CreateRequest): Promise<{ key: string; note: string }> {
  const { apiKey, apiKeyId } = await client.createApiKey({ body });
  return { key: apiKey, note: `${apiKeyId} is made. The key is shown this once: keep it now.` };
}

/** A table of the keys, the newest first. */
export async function listKeys(client: Client): Promise<string> {
  const rows: string[][] = [];
  for (let after: string | undefined; ;) {
    const query = { limit: 1_000, ...(after === undefined ? {} : { after }) };
    const { items, page } = await client.listApiKeys({ query });
    for (const key of items) {
      const until = key.revokedAt === undefined ? (key.expiresAt ?? '') : `revoked ${key.revokedAt}`;
      rows.push([
        key.apiKeyId,
        key.name,
        key.roles.join(','),
        key.createdAt,
        key.lastUsedAt ?? 'never',
        until,
      ]);
    }
    after = page.endCursor;
    if (items.length < query.limit || after === undefined) break;
  }
  return table(['KEY', 'NAME', 'ROLES', 'CREATED', 'LAST USED', 'UNTIL'], rows);
}

function roleOf(text: string): Role {
  const role = text.trim();
  if (isRole(role)) return role;
  throw new KeyOptionError(`Expected --roles of ${everyRole.join(', ')} but found ${JSON.stringify(role)}.`);
}

function grantsOf(given: readonly string[]): Partial<Record<GrantKind, string[]>> {
  const grants: Partial<Record<GrantKind, string[]>> = {};
  for (const one of given) {
    const [kind = '', names = ''] = one.split(/=(.*)/s);
    const known = grantKinds.find((candidate) => candidate === kind);
    if (known === undefined || names === '') {
      const kinds = grantKinds.join(', ');
      throw new KeyOptionError(
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
  throw new KeyOptionError(`Expected --expires-in to be a number of days but found ${JSON.stringify(text)}.`);
}
