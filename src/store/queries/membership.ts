import type { Knex } from 'knex';
import type { Reader } from '../session.js';
import { integerOf, type SqlValue } from '../sql-value.js';
import { composedStatement } from '../statement.js';

/** A condition that a row is named in another table of the same tenant: by its id, in a row that fits. */
export interface Membership {
  readonly table: string;
  /** Has the same name in both tables. */
  readonly idColumn: string;
  /** What fits, besides the tenant; `?` for each of `parameters`. */
  readonly condition: string;
  readonly parameters: readonly (string | number)[];
}

/** How many members are few enough to look up each of them. */
const fewMax = 20_000;

/**
 * Which memberships have few members, so that it pays to begin with them. Asked on SQLite only: it does not know how many
 * rows a value has, and would go through all instances for a handful of members, or list a million of them for one page.
 */
export async function membershipsWithFew(
  reader: Reader,
  tenantId: string,
  memberships: readonly Membership[],
): Promise<ReadonlySet<Membership>> {
  if (reader.dialect.name !== 'sqlite' || memberships.length === 0) return new Set();
  const counts = await reader.readAll(
    memberships.map(({ table, condition, parameters }) => ({
      statement: composedStatement(
        numbered(
          `SELECT count(*) FROM (SELECT 1 FROM ${table} WHERE tenant_id = ? AND ${condition} LIMIT ${fewMax + 1})`,
        ),
      ),
      parameters: [tenantId, ...parameters] satisfies SqlValue[],
    })),
  );
  return new Set(memberships.filter((_, index) => integerOf(counts[index]?.[0]?.[0]) <= fewMax));
}

/** Adds the condition: as a list to begin with, or as a question to be asked of each row. */
export function addMembership(
  builder: Knex.QueryBuilder,
  tenantId: string,
  outerTable: string,
  { table, idColumn, condition, parameters }: Membership,
  asList: boolean,
): void {
  const members = `FROM ${table} AS member WHERE member.tenant_id = ? AND ${condition}`;
  builder.whereRaw(
    asList
      ? `${outerTable}.${idColumn} IN (SELECT member.${idColumn} ${members})`
      : `EXISTS (SELECT 1 ${members} AND member.${idColumn} = ${outerTable}.${idColumn})`,
    [tenantId, ...parameters],
  );
}

/** `?` as `$1`, `$2`, … */
function numbered(sql: string): string {
  let position = 0;
  return sql.replace(/\?/g, () => `$${(position += 1)}`);
}
