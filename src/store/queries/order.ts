import type { Knex } from 'knex';
import { InvalidCursor, type SearchRequest } from '../../runtime/ports.js';
import type { SqlRow, SqlValue } from '../sql-value.js';
import { fieldNamed, type SearchField, type SearchFields } from './search-fields.js';

/** One criterion of an order. NULLs come last in ascending order and first in descending order, on both databases. */
export interface Criterion {
  readonly name: string;
  readonly field: SearchField;
  readonly order: 'asc' | 'desc';
}

/** The request's criteria, and the id, so that the order is total. */
export function criteriaOf(
  fields: SearchFields,
  idField: string,
  sort: SearchRequest['sort'],
): readonly Criterion[] {
  const last = sort.at(-1)?.order ?? 'asc';
  const all = sort.some(({ field }) => field === idField) ? sort : [...sort, { field: idField, order: last }];
  return all.map(({ field, order }) => ({ name: field, field: fieldNamed(fields, field), order }));
}

/** The same rows from the other end. */
export function reversed(criteria: readonly Criterion[]): readonly Criterion[] {
  return criteria.map((criterion) => ({ ...criterion, order: criterion.order === 'asc' ? 'desc' : 'asc' }));
}

/** Names an order, for cursors. */
export function orderName(criteria: readonly Criterion[]): string {
  return criteria.map(({ name, order }) => `${name} ${order}`).join(', ');
}

export function addOrder(builder: Knex.QueryBuilder, criteria: readonly Criterion[]): void {
  for (const { field, order } of criteria) {
    const nulls = order === 'asc' ? 'NULLS LAST' : 'NULLS FIRST';
    builder.orderByRaw(`${field.column} ${order}${field.isNullable ? ` ${nulls}` : ''}`);
  }
}

/** The values of the criteria, read from the last columns of a row. */
export function orderValues(criteria: readonly Criterion[], row: SqlRow): readonly SqlValue[] {
  const values = row.slice(row.length - criteria.length);
  return criteria.map(({ field }, index) => {
    const value = values[index] ?? null;
    return value === null || field.kind === 'text' ? value : Number(value);
  });
}

/** Keeps the rows that come after the one with these values. */
export function addBeyond(
  builder: Knex.QueryBuilder,
  criteria: readonly Criterion[],
  values: readonly SqlValue[],
): void {
  criteria.forEach(({ name, field }, index) => expectKind(name, field, values[index] ?? null));
  const [first] = criteria;
  const [bound] = values;
  if (first !== undefined && !first.field.isNullable && bound !== null && bound !== undefined) {
    // Follows from the condition below, and lets the database enter its index at the right place.
    builder.whereRaw(`${first.field.column} ${first.order === 'asc' ? '>=' : '<='} ?`, [bound]);
  }
  builder.where((alternatives) => {
    criteria.forEach((criterion, index) => {
      alternatives.orWhere((alternative) => {
        criteria.slice(0, index).forEach(({ field }, at) => addEqual(alternative, field, values[at] ?? null));
        addAfter(alternative, criterion, values[index] ?? null);
      });
    });
  });
}

function addEqual(builder: Knex.QueryBuilder, { column }: SearchField, value: SqlValue): void {
  if (value === null) builder.whereRaw(`${column} IS NULL`);
  else builder.whereRaw(`${column} = ?`, [value]);
}

function addAfter(builder: Knex.QueryBuilder, { field, order }: Criterion, value: SqlValue): void {
  const { column, isNullable } = field;
  if (order === 'asc') {
    if (value === null) builder.whereRaw('1 = 0');
    else builder.whereRaw(`(${column} > ?${isNullable ? ` OR ${column} IS NULL` : ''})`, [value]);
  } else if (value === null) builder.whereRaw(`${column} IS NOT NULL`);
  else builder.whereRaw(`${column} < ?`, [value]);
}

function expectKind(name: string, field: SearchField, value: SqlValue): void {
  const fits =
    value === null ? field.isNullable : typeof value === (field.kind === 'text' ? 'string' : 'number');
  if (!fits) throw new InvalidCursor(`Expected a value of ${name} in the cursor but found another kind.`);
}
