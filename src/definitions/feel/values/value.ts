import type { FeelDate } from '../temporal/date.js';
import type { FeelDateTime } from '../temporal/date-time.js';
import type { DaysTimeDuration, YearsMonthsDuration } from '../temporal/duration.js';
import type { FeelTime } from '../temporal/time.js';
import type { FunctionValue } from './function-value.js';
import { hostValue } from './host-value.js';
import type { Range } from './range.js';

/** A FEEL context: names to values. Read it through `ownValue` only: it may be a host object. */
export interface ContextValue {
  readonly [name: string]: Value;
}

/** A date, a time, a date and time, or one of the two kinds of duration. */
export type Temporal = FeelDate | FeelTime | FeelDateTime | DaysTimeDuration | YearsMonthsDuration;

/** Everything a FEEL expression can evaluate to (DMN 1.4, 10.3.2.1 semantic domain). */
export type Value =
  null | boolean | number | string | readonly Value[] | ContextValue | Temporal | Range | FunctionValue;

/** The names of the FEEL types, as `instance of` writes them. */
export type TypeName =
  | 'null'
  | 'boolean'
  | 'number'
  | 'string'
  | 'list'
  | 'context'
  | 'date'
  | 'time'
  | 'date and time'
  | 'days and time duration'
  | 'years and months duration'
  | 'range'
  | 'function';

/** Base of the values that are neither JSON nor containers of it. */
export abstract class OpaqueValue {
  abstract readonly type: TypeName;
}

/** Whether the value is a list; narrows where `Array.isArray` would widen to `any[]`. */
export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** Whether the value is a context, and not one of the opaque values. */
export function isContext(value: Value): value is ContextValue {
  return typeof value === 'object' && value !== null && !isList(value) && !(value instanceof OpaqueValue);
}

/** The FEEL type of a value. */
export function typeOf(value: Value): TypeName {
  switch (typeof value) {
    case 'number':
      return 'number';
    case 'string':
      return 'string';
    case 'boolean':
      return 'boolean';
    case 'object':
      if (value === null) return 'null';
      if (isList(value)) return 'list';
      return value instanceof OpaqueValue ? value.type : 'context';
    default:
      return 'null';
  }
}

/**
 * The entry of a context, `undefined` when it has none of that name. Own entries only: nothing of a prototype
 * can be reached, and `__proto__` is never an entry.
 */
export function ownValue(context: ContextValue, name: string): Value | undefined {
  if (name === '__proto__' || !Object.hasOwn(context, name)) return undefined;
  return hostValue(context[name]);
}

/** The names of a context's entries, without `__proto__`. */
export function ownNames(context: ContextValue): string[] {
  return Object.keys(context).filter((name) => name !== '__proto__');
}

/** A context without a prototype. An entry named `__proto__` is left out. */
export function contextOf(entries: Iterable<readonly [string, Value]>): ContextValue {
  const context: Record<string, Value> = Object.create(null) as Record<string, Value>;
  for (const [name, value] of entries) {
    if (name !== '__proto__') context[name] = value;
  }
  return context;
}
