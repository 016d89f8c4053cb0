import { FeelDate } from '../temporal/date.js';
import { FeelDateTime } from '../temporal/date-time.js';
import { DaysTimeDuration, YearsMonthsDuration } from '../temporal/duration.js';
import { FeelTime } from '../temporal/time.js';
import { FunctionValue } from '../values/function-value.js';
import { Range } from '../values/range.js';
import { isContext, isList } from '../values/value.js';
import type { ContextValue, Value } from '../values/value.js';
import { mismatch } from './built-in.js';
import type { Parameter } from './built-in.js';

/** A parameter that takes anything, null included. */
export function anything(name: string): Parameter<Value> {
  return { name, optional: false, read: (value) => value };
}

/** The parameter may be left out or be null, which the body sees as null. */
export function optional<T>(parameter: Parameter<T>): Parameter<T | null> {
  const read = (value: Value): T | null | typeof mismatch => (value === null ? null : parameter.read(value));
  return { name: parameter.name, optional: true, read };
}

/** A list; anything else but null is the list of it (DMN 1.4, 10.3.2.9.4, to singleton list). */
export function list(name: string): Parameter<readonly Value[]> {
  const read = (value: Value): readonly Value[] | typeof mismatch =>
    value === null ? mismatch : isList(value) ? value : [value];
  return { name, optional: false, read };
}

/** A list as it is, without the conversion of anything else. */
export function properList(name: string): Parameter<readonly Value[]> {
  return { name, optional: false, read: (value) => (isList(value) ? value : mismatch) };
}

export function text(name: string): Parameter<string> {
  return single(name, (value) => typeof value === 'string');
}

export function number(name: string): Parameter<number> {
  return single(name, (value) => typeof value === 'number');
}

/** A number without a fraction: positions, lengths and scales. */
export function integer(name: string): Parameter<number> {
  return single(name, (value): value is number => Number.isSafeInteger(value));
}

export function context(name: string): Parameter<ContextValue> {
  return single(name, isContext);
}

export function functionOf(name: string): Parameter<FunctionValue> {
  return single(name, (value) => value instanceof FunctionValue);
}

export function range(name: string): Parameter<Range> {
  return single(name, (value) => value instanceof Range);
}

/** What a range can be compared with: neither null nor a range itself. */
export function point(name: string): Parameter<Value> {
  return single(
    name,
    (value): value is Value => value !== null && !isList(value) && !(value instanceof Range),
  );
}

export function date(name: string): Parameter<FeelDate> {
  return single(name, (value) => value instanceof FeelDate);
}

export function time(name: string): Parameter<FeelTime> {
  return single(name, (value) => value instanceof FeelTime);
}

export function dateTime(name: string): Parameter<FeelDateTime> {
  return single(name, (value) => value instanceof FeelDateTime);
}

export function dateOrDateTime(name: string): Parameter<FeelDate | FeelDateTime> {
  return single(name, (value) => value instanceof FeelDate || value instanceof FeelDateTime);
}

export function daysTimeDuration(name: string): Parameter<DaysTimeDuration> {
  return single(name, (value) => value instanceof DaysTimeDuration);
}

export function duration(name: string): Parameter<DaysTimeDuration | YearsMonthsDuration> {
  return single(name, (value) => value instanceof DaysTimeDuration || value instanceof YearsMonthsDuration);
}

/** A value of one type; a list of one such value is taken for it (10.3.2.9.4, from singleton list). */
function single<T extends Value>(name: string, is: (value: Value) => value is T): Parameter<T> {
  const read = (value: Value): T | typeof mismatch => {
    if (is(value)) return value;
    const only = isList(value) && value.length === 1 ? (value[0] ?? null) : null;
    return is(only) ? only : mismatch;
  };
  return { name, optional: false, read };
}
