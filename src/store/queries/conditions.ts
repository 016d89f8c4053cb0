import type { Knex } from 'knex';
import type { FieldFilter, FilterScalar, SearchRequest } from '../../runtime/ports.js';
import type { DialectName } from '../dialect.js';
import { type SqlValue, toSqlValue } from '../sql-value.js';
import { likeOperators, likePattern } from './like-pattern.js';
import { fieldNamed, type SearchField, type SearchFields } from './search-fields.js';

/** Adds the conditions of a filter, all of which must hold. */
export function addFilter(
  builder: Knex.QueryBuilder,
  dialect: DialectName,
  fields: SearchFields,
  filter: SearchRequest['filter'],
): void {
  for (const [name, conditions] of Object.entries(filter)) {
    const field = fieldNamed(fields, name);
    for (const [operator, operand] of Object.entries(conditions)) {
      if (operand === undefined) continue;
      addCondition(builder, dialect, field, operator as keyof FieldFilter, operand as Operand);
    }
  }
}

type Operand = FilterScalar | readonly FilterScalar[];

const comparisons = { $gt: '>', $gte: '>=', $lt: '<', $lte: '<=' } as const;

function addCondition(
  builder: Knex.QueryBuilder,
  dialect: DialectName,
  field: SearchField,
  operator: keyof FieldFilter,
  operand: Operand,
): void {
  const { column } = field;
  const value = placeholder(operand);
  switch (operator) {
    case '$eq':
      builder.whereRaw(`${column} = ${value}`, [bound(operand)]);
      return;
    case '$neq':
      // An absent value is another one, too.
      builder.whereRaw(`${column} IS DISTINCT FROM ${value}`, [bound(operand)]);
      return;
    case '$in':
      addIn(builder, column, Array.isArray(operand) ? operand.map(bound) : [bound(operand)]);
      return;
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      builder.whereRaw(`${column} ${comparisons[operator]} ${value}`, [bound(operand)]);
      return;
    case '$like':
      builder.whereRaw(`${column} ${likeOperators[dialect]} ?`, [
        bound(likePattern(dialect, String(operand))),
      ]);
      return;
    case '$exists':
      builder.whereRaw(`${column} IS ${operand === true ? 'NOT NULL' : 'NULL'}`);
      return;
    default:
      operator satisfies never;
      throw new RangeError(`Expected an operator of a filter but found ${JSON.stringify(operator)}.`);
  }
}

function addIn(builder: Knex.QueryBuilder, column: string, values: readonly Bound[]): void {
  if (values.length === 0) builder.whereRaw('1 = 0');
  else builder.whereRaw(`${column} IN (${values.map(placeholder).join(', ')})`, [...values]);
}

/** PostgreSQL takes the type of a parameter from the column, and refuses a fraction or a huge number there. */
function placeholder(operand: Operand): string {
  return typeof operand === 'number' && !Number.isSafeInteger(operand) ? 'CAST(? AS NUMERIC)' : '?';
}

/** What knex takes as a parameter; it reads null as the absence of a value, which a filter cannot have. */
type Bound = string | number;

function bound(operand: Operand | SqlValue): Bound {
  const value = typeof operand === 'object' ? null : toSqlValue(operand);
  if (value === null)
    throw new TypeError('Expected a text, a number or a boolean in a filter but found none.');
  return value;
}
