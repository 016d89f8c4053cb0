import type { Reader } from '../session.js';
import { integerOf } from '../sql-value.js';
import { composed, type SqlConditions, type SqlPiece } from './sql-conditions.js';

/** A condition that a row is named in another table of the same tenant: by its id, in a row that fits. */
export interface Membership {
  readonly table: string;
  /** Has the same name in both tables. */
  readonly idColumn: string;
  /** What fits, besides the tenant; `?` for each of `parameters`. */
  readonly condition: string;
  readonly parameters: readonly (string | number)[];
  /** In how many rows; default at least one. */
  readonly rows?: number;
}

/**
 * How many members are few enough to look up each of them. Among a million rows a page of fifty costs about as much this way as the
 * other, by asking row after row whether it is a member.
 */
const fewMax = 5_000;

/** Memberships by the way that pays; on PostgreSQL, which knows it itself, all are unsure. */
export interface Memberships {
  readonly few: readonly Membership[];
  readonly many: readonly Membership[];
  readonly unsure: readonly Membership[];
}

/**
 * Sorts memberships by how many members they have. Asked on SQLite only: it does not know how many rows a value has, and would go through
 * all instances for a handful of members, or list a million of them for one page.
 */
export async function sortedMemberships(
  reader: Reader,
  tenantId: string,
  memberships: readonly Membership[],
): Promise<Memberships> {
  if (reader.dialect.name !== 'sqlite' || memberships.length === 0)
    return { few: [], many: [], unsure: memberships };
  const countable = memberships.filter(({ rows }) => rows === undefined);
  const counts = await reader.readAll(
    countable.map(({ table, condition, parameters }) =>
      composed({
        sql: `SELECT count(*) FROM (SELECT 1 FROM ${table} WHERE tenant_id = ? AND ${condition} LIMIT ${fewMax + 1})`,
        parameters: [tenantId, ...parameters],
      }),
    ),
  );
  const isFew = (_: Membership, index: number): boolean => integerOf(counts[index]?.[0]?.[0]) <= fewMax;
  return {
    few: countable.filter(isFew),
    many: [
      ...countable.filter((one, index) => !isFew(one, index)),
      ...memberships.filter(({ rows }) => rows !== undefined),
    ],
    unsure: [],
  };
}

/** Adds the condition as a list to begin with. */
export function addMembers(
  added: SqlConditions,
  tenantId: string,
  outerTable: string,
  { table, idColumn, condition, parameters }: Membership,
): void {
  added.add(
    `${outerTable}.${idColumn} IN (SELECT member.${idColumn} FROM ${table} AS member WHERE member.tenant_id = ? AND ${condition})`,
    [tenantId, ...parameters],
  );
}

/** The condition as a question to be asked of each row, with its parameters. */
export function isMember(
  tenantId: string,
  outerTable: string,
  { table, idColumn, condition, parameters, rows }: Membership,
): SqlPiece {
  const from = `FROM ${table} AS member
    WHERE member.tenant_id = ? AND ${condition} AND member.${idColumn} = ${outerTable}.${idColumn}`;
  return rows === undefined
    ? { sql: `EXISTS (SELECT 1 ${from})`, parameters: [tenantId, ...parameters] }
    : { sql: `(SELECT count(*) ${from}) = ?`, parameters: [tenantId, ...parameters, rows] };
}
