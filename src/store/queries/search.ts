import knexPackage, { type Knex } from 'knex';
import type { Reach, SearchRequest, SearchResult } from '../../runtime/ports.js';
import type { Reader } from '../session.js';
import { integerOf, type SqlRow, type SqlValue } from '../sql-value.js';
import { composedStatement, type Statement } from '../statement.js';
import { addFilter } from './conditions.js';
import { decodeCursor, encodeCursor } from './cursor.js';
import { addBeyond, addOrder, criteriaOf, orderName, orderValues, reversed } from './order.js';
import { addReach, type ReachCondition } from './reach-conditions.js';
import { addMembers, isMember, type Membership, sortedMemberships } from './membership.js';
import type { SearchFields } from './search-fields.js';

/** Counting ends here: a total is for people, who turn no more pages than that. */
export const totalItemsMax = 10_000;

/** Or after so many rows, where each has to be looked up in another table to be counted. */
const candidatesMax = 10_000;

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
  /** What a caller's reach leaves of the rows. */
  within(reach: Reach): readonly ReachCondition[];
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
  const { items, counted, cursorOf, isReversed } = await pageOf(reader, search, tenantId, request);
  const [rows = [], totals = []] = await reader.readAll([composed(items), composed(counted())]);
  const [fitting, candidates] = (totals[0] ?? []).map(integerOf);
  const total = { fitting: fitting ?? 0, isCut: (candidates ?? 0) > candidatesMax };
  return resultOf(search, isReversed ? rows.toReversed() : rows, total, cursorOf);
}

/** The same page, its rows alone: what they are counted for costs as much as many pages. */
export async function runUncountedSearch<Row>(
  reader: Reader,
  search: Search<Row>,
  tenantId: string,
  request: SearchRequest,
): Promise<{ readonly items: readonly Row[]; readonly endCursor?: string }> {
  const { items, cursorOf } = await pageOf(reader, search, tenantId, request);
  const [rows = []] = await reader.readAll([composed(items)]);
  const last = rows.at(-1);
  const isLast = last === undefined || rows.length < request.page.limit;
  return {
    items: rows.map((row) => search.decode(row)),
    ...(isLast ? {} : { endCursor: cursorOf(last) }),
  };
}

async function pageOf<Row>(
  reader: Reader,
  search: Search<Row>,
  tenantId: string,
  request: SearchRequest,
): Promise<{
  readonly items: Knex.QueryBuilder;
  /** Answers how many rows the request asks for; with a second number, how many were looked at for it. */
  counted(): Knex.QueryBuilder;
  cursorOf(row: SqlRow): string;
  readonly isReversed: boolean;
}> {
  const { page } = request;
  const criteria = criteriaOf(search.fields, search.idField, request.sort);
  const order = orderName(criteria);
  const isReversed = page.before !== undefined && page.after === undefined;
  const direction = isReversed ? reversed(criteria) : criteria;

  const memberships = search.memberships?.(request) ?? [];
  const { few, many, unsure } = await sortedMemberships(reader, tenantId, memberships);
  /** Those that are few narrow it from the beginning; the others are questions, asked here or while the rows are counted. */
  const matching = (asked: readonly Membership[]): Knex.QueryBuilder =>
    ofTenant(search.table, tenantId, few.length > 0, (builder) => {
      if (request.reach !== undefined) addReach(builder, reader.dialect, search.within(request.reach));
      addFilter(builder, reader.dialect.name, search.fields, request.filter);
      for (const one of few) addMembers(builder, tenantId, search.table, one);
      for (const one of asked) {
        const { sql, parameters } = isMember(tenantId, search.table, one);
        builder.whereRaw(sql, parameters);
      }
    });
  const items = matching([...many, ...unsure])
    .select(compose.raw(search.columns))
    .limit(page.limit);
  for (const { field } of criteria) items.select(compose.raw(field.column));
  addOrder(items, direction);
  const cursor = page.after ?? page.before;
  if (cursor !== undefined) addBeyond(items, direction, decodeCursor(order, criteria.length, cursor));
  else if (page.from !== undefined) items.offset(page.from);
  const cursorOf = (row: SqlRow): string => encodeCursor(order, orderValues(criteria, row));
  const counted = (): Knex.QueryBuilder => {
    if (many.length === 0) {
      const rows = matching(unsure).select(compose.raw('1'));
      return compose.count('*').from(rows.limit(totalItemsMax + 1).as('matching'));
    }
    const questions = many.map((one) => isMember(tenantId, search.table, one));
    const fits = questions.map(({ sql }) => sql).join(' AND ');
    const parameters = questions.flatMap((question) => question.parameters);
    const rows = matching(unsure).select(compose.raw(`CASE WHEN ${fits} THEN 1 END AS fits`, parameters));
    return compose
      .select(compose.raw('count(fits), count(*)'))
      .from(rows.limit(candidatesMax + 1).as('matching'));
  };
  return { items, counted, cursorOf, isReversed };
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
  total: { readonly fitting: number; readonly isCut: boolean },
  cursorOf: (row: SqlRow) => string,
): SearchResult<Row> {
  const first = rows.at(0);
  const last = rows.at(-1);
  return {
    items: rows.map((row) => search.decode(row)),
    page: {
      totalItems: Math.min(total.fitting, totalItemsMax),
      hasMoreTotalItems: total.isCut || total.fitting > totalItemsMax,
      ...(first === undefined ? {} : { startCursor: cursorOf(first) }),
      ...(last === undefined ? {} : { endCursor: cursorOf(last) }),
    },
  };
}
