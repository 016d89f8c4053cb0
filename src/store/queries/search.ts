import knexPackage, { type Knex } from 'knex';
import type { SearchRequest, SearchResult } from '../../runtime/ports.js';
import type { Reader } from '../session.js';
import { integerOf, type SqlRow, type SqlValue } from '../sql-value.js';
import { composedStatement, type Statement } from '../statement.js';
import { addFilter } from './conditions.js';
import { decodeCursor, encodeCursor } from './cursor.js';
import { addBeyond, addOrder, criteriaOf, orderName, orderValues, reversed } from './order.js';
import { addMembership, type Membership, membershipsWithFew } from './membership.js';
import type { SearchFields } from './search-fields.js';

/** Counting ends here: a total is for people, who turn no more pages than that. */
export const totalItemsMax = 10_000;

/** Composes SQL, also for SQLite, which reads PostgreSQL's quotes; never connects. */
const compose = knexPackage({ client: 'pg' });

/** What can be searched. */
export interface Search<Row> {
  readonly table: string;
  /** The columns that `decode` reads. */
  readonly columns: string;
  decode(row: SqlRow): Row;
  readonly fields: SearchFields;
  readonly idField: string;
  /** Conditions that are not on a field of the table itself. */
  memberships?(request: SearchRequest): readonly Membership[];
}

/**
 * One page of what a tenant has and the request asks for, with cursors of its ends.
 * @throws InvalidCursor
 */
export async function runSearch<Row>(
  reader: Reader,
  search: Search<Row>,
  tenantId: string,
  request: SearchRequest,
): Promise<SearchResult<Row>> {
  const { page } = request;
  const criteria = criteriaOf(search.fields, search.idField, request.sort);
  const order = orderName(criteria);
  const fromEnd = page.before !== undefined && page.after === undefined;
  const direction = fromEnd ? reversed(criteria) : criteria;

  const memberships = search.memberships?.(request) ?? [];
  const few = await membershipsWithFew(reader, tenantId, memberships);
  const matching = (): Knex.QueryBuilder =>
    ofTenant(search.table, tenantId, few.size > 0, (builder) => {
      addFilter(builder, reader.dialect.name, search.fields, request.filter);
      for (const one of memberships) addMembership(builder, tenantId, search.table, one, few.has(one));
    });
  const items = matching().select(compose.raw(search.columns)).limit(page.limit);
  for (const { field } of criteria) items.select(compose.raw(field.column));
  addOrder(items, direction);
  const cursor = page.after ?? page.before;
  if (cursor !== undefined) addBeyond(items, direction, decodeCursor(order, criteria.length, cursor));
  else if (page.from !== undefined) items.offset(page.from);

  const counted = matching()
    .select(compose.raw('1'))
    .limit(totalItemsMax + 1);
  const total = compose.count('*').from(counted.as('matching'));
  const [rows = [], totals = []] = await reader.readAll([composed(items), composed(total)]);
  return resultOf(search, fromEnd ? rows.toReversed() : rows, integerOf(totals[0]?.[0]), (row) =>
    encodeCursor(order, orderValues(criteria, row)),
  );
}

/**
 * Every search begins here: rows of the tenant, and all other conditions in brackets, so that no OR gets round it. With
 * `beginsElsewhere` SQLite is kept (by the plus sign) from using an index on the tenant.
 */
function ofTenant(
  table: string,
  tenantId: string,
  beginsElsewhere: boolean,
  addConditions: (builder: Knex.QueryBuilder) => void,
): Knex.QueryBuilder {
  const scoped = compose(table).whereRaw(`${beginsElsewhere ? '+' : ''}${table}.tenant_id = ?`, [tenantId]);
  return scoped.where((builder) => addConditions(builder));
}

function composed(builder: Knex.QueryBuilder): {
  readonly statement: Statement;
  readonly parameters: readonly SqlValue[];
} {
  const { sql, bindings } = builder.toSQL().toNative();
  return { statement: composedStatement(sql), parameters: bindings as readonly SqlValue[] };
}

function resultOf<Row>(
  search: Search<Row>,
  rows: readonly SqlRow[],
  total: number,
  cursorOf: (row: SqlRow) => string,
): SearchResult<Row> {
  const first = rows.at(0);
  const last = rows.at(-1);
  return {
    items: rows.map((row) => search.decode(row)),
    page: {
      totalItems: Math.min(total, totalItemsMax),
      hasMoreTotalItems: total > totalItemsMax,
      ...(first === undefined ? {} : { startCursor: cursorOf(first) }),
      ...(last === undefined ? {} : { endCursor: cursorOf(last) }),
    },
  };
}
