import { InvalidCursor, type SearchRequest } from '../../runtime/ports.js';
import type { SqlRow, SqlValue } from '../sql-value.js';
import { fieldNamed, type SearchField, type SearchFields } from './search-fields.js';
import { SqlConditions } from './sql-conditions.js';

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

/** The criteria as ORDER BY takes them. */
export function orderText(criteria: readonly Criterion[]): string {
  const terms = criteria.map(({ field, order }) => {
    const nulls = order === 'asc' ? 'NULLS LAST' : 'NULLS FIRST';
    return `${field.column} ${order}${field.isNullable ? ` ${nulls}` : ''}`;
  });
  return terms.join(', ');
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
  added: SqlConditions,
  criteria: readonly Criterion[],
  values: readonly SqlValue[],
): void {
  criteria.forEach(({ name, field }, index) => expectKind(name, field, values[index] ?? null));
  const [first] = criteria;
  const [bound] = values;
  if (first !== undefined && !first.field.isNullable && bound !== null && bound !== undefined) {
    // Follows from the condition below, and lets the database enter its index at the right place.
    added.add(`${first.field.column} ${first.order === 'asc' ? '>=' : '<='} ?`, [bound]);
  }
  const alternatives = criteria.map((criterion, index) => {
    const alternative = new SqlConditions();
    criteria.slice(0, index).forEach(({ field }, at) => addEqual(alternative, field, values[at] ?? null));
    addAfter(alternative, criterion, values[index] ?? null);
    return alternative;
  });
  added.add(
    `(${alternatives.map(({ sql }) => `(${sql})`).join(' OR ')})`,
    alternatives.flatMap(({ parameters }) => parameters),
  );
}

function addEqual(added: SqlConditions, { column }: SearchField, value: SqlValue): void {
  if (value === null) added.add(`${column} IS NULL`);
  else added.add(`${column} = ?`, [value]);
}

function addAfter(added: SqlConditions, { field, order }: Criterion, value: SqlValue): void {
  const { column, isNullable } = field;
  if (order === 'asc') {
    if (value === null) added.add('1 = 0');
    else added.add(`(${column} > ?${isNullable ? ` OR ${column} IS NULL` : ''})`, [value]);
  } else if (value === null) added.add(`${column} IS NOT NULL`);
  else added.add(`${column} < ?`, [value]);
}

function expectKind(name: string, field: SearchField, value: SqlValue): void {
  const fits =
    value === null ? field.isNullable : typeof value === (field.kind === 'text' ? 'string' : 'number');
  if (!fits) throw new InvalidCursor(`Expected a value of ${name} in the cursor but found another kind.`);
}
