import type { Run } from '../run.js';
import { epochDay } from '../temporal/date.js';
import type { FeelDate } from '../temporal/date.js';
import { instantNanos, midnightOf } from '../temporal/date-time.js';
import type { FeelDateTime } from '../temporal/date-time.js';
import { timeValue } from '../temporal/time.js';
import type { FeelTime } from '../temporal/time.js';
import { Range } from './range.js';
import { isTemporal } from './temporal-value.js';
import { isContext, isList, ownNames, ownValue, typeOf } from './value.js';
import type { ContextValue, Temporal, Value } from './value.js';

/** From this length on, comparing two strings costs steps. */
const longText = 1_024;

/**
 * Whether two values are equal (DMN 1.4, 10.3.2.11, semantics of equality): null equals only null; values of
 * different types do not compare, which is null.
 */
export function equal(run: Run, left: Value, right: Value): boolean | null {
  if (typeof left === 'number' || typeof left === 'boolean') {
    return typeof right === typeof left ? left === right : unlike(right);
  }
  if (typeof left === 'string') {
    if (typeof right !== 'string') return unlike(right);
    if (left.length > longText && left.length === right.length) run.charge(left.length >> 10);
    return left === right;
  }
  if (left === null) return right === null;
  return right === null ? false : equalObjects(run, left, right);
}

/** Like `equal`, but false where values do not compare: what list functions and membership ask. */
export function same(run: Run, left: Value, right: Value): boolean {
  return equal(run, left, right) === true;
}

/**
 * Orders two values: negative, zero or positive; null when they have no order (DMN 1.4, 10.3.2.11, semantics of
 * comparison). Numbers, strings by code point, and temporal values of one type have one.
 */
export function compare(run: Run, left: Value, right: Value): number | null {
  if (typeof left === 'number') return typeof right === 'number' ? left - right : null;
  if (typeof left === 'string') {
    if (typeof right !== 'string') return null;
    if (left.length > longText) run.charge(left.length >> 10);
    return compareCodePoints(left, right);
  }
  if (!isTemporal(left) || !isTemporal(right)) return null;
  const difference = temporalDifference(left, right);
  if (difference === null) return null;
  return difference < 0 ? -1 : difference > 0 ? 1 : 0;
}

/** A type that differs is incomparable, except that null is equal to nothing else. */
function unlike(right: Value): false | null {
  return right === null ? false : null;
}

function equalObjects(run: Run, left: Value, right: Value): boolean | null {
  run.charge(1);
  if (isTemporal(left)) return isTemporal(right) ? equalTemporals(left, right) : null;
  run.enter(1);
  const result = equalContainers(run, left, right);
  run.leave(1);
  return result;
}

function equalContainers(run: Run, left: Value, right: Value): boolean | null {
  if (isList(left)) return isList(right) ? equalLists(run, left, right) : null;
  if (left instanceof Range) return right instanceof Range ? equalRanges(run, left, right) : null;
  if (isContext(left)) return isContext(right) ? equalContexts(run, left, right) : null;
  return typeOf(left) === typeOf(right) ? left === right : null;
}

function equalLists(run: Run, left: readonly Value[], right: readonly Value[]): boolean {
  if (left.length !== right.length) return false;
  run.charge(left.length);
  return left.every((item, index) => same(run, item, right[index] ?? null));
}

function equalContexts(run: Run, left: ContextValue, right: ContextValue): boolean {
  const names = ownNames(left);
  if (names.length !== ownNames(right).length) return false;
  run.charge(names.length);
  return names.every((name) => {
    const other = ownValue(right, name);
    return other !== undefined && same(run, ownValue(left, name) ?? null, other);
  });
}

function equalRanges(run: Run, left: Range, right: Range): boolean {
  return (
    left.startIncluded === right.startIncluded &&
    left.endIncluded === right.endIncluded &&
    same(run, left.start, right.start) &&
    same(run, left.end, right.end)
  );
}

function equalTemporals(left: Temporal, right: Temporal): boolean | null {
  if (left.type !== right.type && !(isMoment(left) && isMoment(right))) return null;
  const difference = temporalDifference(left, right);
  return difference === null ? false : Number(difference) === 0;
}

/** The sign tells the order; null when one value has a zone and the other has none, or when the types do not compare. */
function temporalDifference(left: Temporal, right: Temporal): bigint | number | null {
  switch (left.type) {
    case 'date':
      if (right.type === 'date') return epochDay(left) - epochDay(right);
      return isMoment(right) ? dateTimeDifference(midnightOf(left), right) : null;
    case 'time':
      return right.type === 'time' ? timeDifference(left, right) : null;
    case 'date and time':
      return isMoment(right) ? dateTimeDifference(left, right) : null;
    case 'days and time duration':
      return right.type === 'days and time duration' ? left.nanos - right.nanos : null;
    case 'years and months duration':
      return right.type === 'years and months duration' ? left.months - right.months : null;
  }
}

function isMoment(value: Temporal): value is FeelDate | FeelDateTime {
  return value.type === 'date' || value.type === 'date and time';
}

function timeDifference(left: FeelTime, right: FeelTime): bigint | null {
  return (left.zone === null) === (right.zone === null) ? timeValue(left) - timeValue(right) : null;
}

function dateTimeDifference(left: FeelDateTime, right: FeelDate | FeelDateTime): bigint | null {
  const other = right.type === 'date' ? midnightOf(right) : right;
  const comparable = (left.time.zone === null) === (other.time.zone === null);
  return comparable ? instantNanos(left) - instantNanos(other) : null;
}

/** UTF-16 order differs from code point order only where a surrogate meets a unit above the surrogates. */
function compareCodePoints(left: string, right: string): number {
  if (left === right) return 0;
  const length = Math.min(left.length, right.length);
  let index = 0;
  while (index < length && left.charCodeAt(index) === right.charCodeAt(index)) index++;
  if (index === length) return left.length - right.length;
  return rank(left.charCodeAt(index)) - rank(right.charCodeAt(index));
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
