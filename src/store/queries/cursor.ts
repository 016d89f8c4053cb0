import { InvalidCursor } from '../../runtime/ports.js';
import type { SqlValue } from '../sql-value.js';

/** A place in the order of one search: the values of its sort criteria. */
export function encodeCursor(order: string, values: readonly SqlValue[]): string {
  return Buffer.from(JSON.stringify([order, ...values])).toString('base64url');
}

/**
 * The values in a cursor, one for each criterion.
 * @throws InvalidCursor when it is no cursor, or one of a search with another order.
 */
export function decodeCursor(order: string, count: number, cursor: string): readonly SqlValue[] {
  const decoded = parsed(Buffer.from(cursor, 'base64url').toString('utf8'));
  if (!Array.isArray(decoded))
    throw new InvalidCursor('Expected a cursor of this search but found no cursor.');
  const [found, ...values] = decoded as readonly unknown[];
  if (found !== order) throw new InvalidCursor(`Expected a cursor of a search sorted by ${order}.`);
  if (values.length !== count || !values.every(isSqlValue)) {
    throw new InvalidCursor(`Expected ${count} values in the cursor but found others.`);
  }
  return values;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isSqlValue(value: unknown): value is SqlValue {
  return value === null || typeof value === 'string' || Number.isSafeInteger(value);
}
