import type { Reach, SearchRequest, SearchResult } from '../../runtime/ports.js';
import type { Reader } from '../session.js';
import { integerOf, type SqlRow } from '../sql-value.js';
import { addFilter } from './conditions.js';
import { decodeCursor, encodeCursor } from './cursor.js';
import { addBeyond, criteriaOf, orderName, orderText, orderValues, reversed } from './order.js';
import { addReach, type ReachCondition } from './reach-conditions.js';
import { addMembers, isMember, type Membership, sortedMemberships } from './membership.js';
import type { SearchFields } from './search-fields.js';
import { composed, SqlConditions, type SqlPiece } from './sql-conditions.js';

/** Counting ends here: a total is for people, who turn no more pages than that. */
export const totalItemsMax = 10_000;

/** Or after so many rows, where each has to be looked up in another table to be counted. */
const candidatesMax = 10_000;

/** How many rows a request asks for; `isCut`: of those that were looked at. */
interface Total {
  readonly fitting: number;
  readonly isCut: boolean;
}

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
  const [rows = []] = await reader.readAll([composed(items)]);
  const total = isWhole(request, rows.length)
    ? { fitting: rows.length, isCut: false }
    : await totalOf(reader, counted());
  return resultOf(search, isReversed ? rows.toReversed() : rows, total, cursorOf);
}

/** Whether a page of so many rows has all that the request asks for, so that nothing is left to be counted. */
function isWhole({ page: { limit, after, before, from = 0 } }: SearchRequest, rows: number): boolean {
  return rows < limit && after === undefined && before === undefined && from === 0;
}

async function totalOf(reader: Reader, counted: SqlPiece): Promise<Total> {
  const [totals = []] = await reader.readAll([composed(counted)]);
  const [fitting, candidates] = (totals[0] ?? []).map(integerOf);
  return { fitting: fitting ?? 0, isCut: (candidates ?? 0) > candidatesMax };
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
  readonly items: SqlPiece;
  /** Answers how many rows the request asks for; with a second number, how many were looked at for it. */
  counted(): SqlPiece;
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
  const matching = (asked: readonly Membership[]): SqlConditions => {
    const matching = new SqlConditions();
    if (request.reach !== undefined) addReach(matching, reader.dialect, search.within(request.reach));
    addFilter(matching, reader.dialect.name, search.fields, request.filter);
    for (const one of few) addMembers(matching, tenantId, search.table, one);
    for (const one of asked) {
      const { sql, parameters } = isMember(tenantId, search.table, one);
      matching.add(sql, parameters);
    }
    return matching;
  };
  const ofRows = (conditions: SqlConditions): SqlPiece =>
    ofTenant(search.table, tenantId, few.length > 0, conditions);
  const onPage = matching([...many, ...unsure]);
  const cursor = page.after ?? page.before;
  if (cursor !== undefined) addBeyond(onPage, direction, decodeCursor(order, criteria.length, cursor));
  const columns = [search.columns, ...criteria.map(({ field }) => field.column)].join(', ');
  const from = cursor === undefined ? page.from : undefined;
  const rows = ofRows(onPage);
  const items = {
    sql: `SELECT ${columns} ${rows.sql} ORDER BY ${orderText(direction)} LIMIT ?${from === undefined ? '' : ' OFFSET ?'}`,
    parameters: [...rows.parameters, page.limit, ...(from === undefined ? [] : [from])],
  };
  const cursorOf = (row: SqlRow): string => encodeCursor(order, orderValues(criteria, row));
  const counted = (): SqlPiece => {
    const counts = ofRows(matching(unsure));
    if (many.length === 0) {
      return {
        sql: `SELECT count(*) FROM (SELECT 1 ${counts.sql} LIMIT ?) AS matching`,
        parameters: [...counts.parameters, totalItemsMax + 1],
      };
    }
    const questions = many.map((one) => isMember(tenantId, search.table, one));
    const fits = questions.map(({ sql }) => sql).join(' AND ');
    return {
      sql: `SELECT count(fits), count(*) FROM (SELECT CASE WHEN ${fits} THEN 1 END AS fits ${counts.sql} LIMIT ?) AS matching`,
      parameters: [
        ...questions.flatMap(({ parameters }) => parameters),
        ...counts.parameters,
        candidatesMax + 1,
      ],
    };
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
  { sql, parameters }: SqlConditions,
): SqlPiece {
  const tenant = `${beginsElsewhere ? '+' : ''}${table}.tenant_id = ?`;
  return {
    sql: `FROM ${table} WHERE ${tenant}${sql === '' ? '' : ` AND (${sql})`}`,
    parameters: [tenantId, ...parameters],
  };
}

function resultOf<Row>(
  search: Search<Row>,
  rows: readonly SqlRow[],
  total: Total,
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
