import type { FieldFilter, FilterScalar, SearchRequest } from '../../runtime/ports.js';
import type { DialectName } from '../dialect.js';
import { type SqlValue, toSqlValue } from '../sql-value.js';
import { likeOperators, likePattern } from './like-pattern.js';
import { fieldNamed, type SearchField, type SearchFields } from './search-fields.js';
import type { SqlConditions } from './sql-conditions.js';

/** Adds the conditions of a filter, all of which must hold. */
export function addFilter(
  added: SqlConditions,
  dialect: DialectName,
  fields: SearchFields,
  filter: SearchRequest['filter'],
): void {
  for (const [name, conditions] of Object.entries(filter)) {
    const field = fieldNamed(fields, name);
    for (const [operator, operand] of Object.entries(conditions)) {
      if (operand === undefined) continue;
      addCondition(added, dialect, field, operator as keyof FieldFilter, operand as Operand);
    }
  }
}

type Operand = FilterScalar | readonly FilterScalar[];

const comparisons = { $gt: '>', $gte: '>=', $lt: '<', $lte: '<=' } as const;

function addCondition(
  added: SqlConditions,
  dialect: DialectName,
  field: SearchField,
  operator: keyof FieldFilter,
  operand: Operand,
): void {
  const { column } = field;
  const value = placeholder(operand);
  switch (operator) {
    case '$eq':
      added.add(`${column} = ${value}`, [bound(operand)]);
      return;
    case '$neq':
      // An absent value is another one, too.
      added.add(`${column} IS DISTINCT FROM ${value}`, [bound(operand)]);
      return;
    case '$in':
      addIn(added, column, Array.isArray(operand) ? operand.map(bound) : [bound(operand)]);
      return;
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      added.add(`${column} ${comparisons[operator]} ${value}`, [bound(operand)]);
      return;
    case '$like':
      added.add(`${column} ${likeOperators[dialect]} ?`, [bound(likePattern(dialect, String(operand)))]);
      return;
    case '$exists':
      added.add(`${column} IS ${operand === true ? 'NOT NULL' : 'NULL'}`);
      return;
    default:
      operator satisfies never;
      throw new RangeError(`Expected an operator of a filter but found ${JSON.stringify(operator)}.`);
  }
}

function addIn(added: SqlConditions, column: string, values: readonly Bound[]): void {
  if (values.length === 0) added.add('1 = 0');
  else added.add(`${column} IN (${values.map(placeholder).join(', ')})`, values);
}

/** PostgreSQL takes the type of a parameter from the column, and refuses a fraction or a huge number there. */
function placeholder(operand: Operand): string {
  return typeof operand === 'number' && !Number.isSafeInteger(operand) ? 'CAST(? AS NUMERIC)' : '?';
}

/** A filter cannot ask for a value that is absent: no comparison is true of NULL. */
type Bound = string | number;

function bound(operand: Operand | SqlValue): Bound {
  const value = typeof operand === 'object' ? null : toSqlValue(operand);
  if (value === null)
    throw new TypeError('Expected a text, a number or a boolean in a filter but found none.');
  return value;
}
