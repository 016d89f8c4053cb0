import type { Temporal } from '../values/value.js';
import { FeelDate, dateOfEpochDay, epochDay, plusMonths } from './date.js';
import { FeelDateTime, dateTimeOfInstant, instantNanos } from './date-time.js';
import { DaysTimeDuration, YearsMonthsDuration, monthsDuration, nanosDuration } from './duration.js';
import { FeelTime, nanoOfDay, nanosPerDay, timeOfNano, timeValue } from './time.js';
import type { Zone } from './zone.js';

/** Adds two temporal values; null where DMN 1.4, 10.3.2.11 (table of addition) has no such sum. */
export function addTemporal(left: Temporal, right: Temporal): Temporal | null {
  if (right instanceof YearsMonthsDuration) return addMonths(left, right.months);
  if (right instanceof DaysTimeDuration) return addNanos(left, right.nanos);
  const leftIsDuration = left instanceof YearsMonthsDuration || left instanceof DaysTimeDuration;
  return leftIsDuration ? addTemporal(right, left) : null;
}

/** Subtracts two temporal values; null where DMN 1.4, 10.3.2.11 (table of subtraction) has no such difference. */
export function subtractTemporal(left: Temporal, right: Temporal): Temporal | null {
  if (right instanceof YearsMonthsDuration) return addMonths(left, -right.months);
  if (right instanceof DaysTimeDuration) return addNanos(left, -right.nanos);
  if (left instanceof FeelTime && right instanceof FeelTime) {
    if ((left.zone === null) !== (right.zone === null)) return null;
    return nanosDuration(timeValue(left) - timeValue(right));
  }
  const from = midnightIfDate(left, right);
  const to = midnightIfDate(right, left);
  if (from === null || to === null || (from.time.zone === null) !== (to.time.zone === null)) return null;
  return nanosDuration(instantNanos(from) - instantNanos(to));
}

function addMonths(value: Temporal, months: number): Temporal | null {
  switch (value.type) {
    case 'date':
      return plusMonths(value, months);
    case 'date and time': {
      const date = plusMonths(value.date, months);
      return date === null ? null : new FeelDateTime(date, value.time);
    }
    case 'years and months duration':
      return monthsDuration(value.months + months);
    case 'time':
    case 'days and time duration':
      return null;
  }
}

function addNanos(value: Temporal, nanos: bigint): Temporal | null {
  switch (value.type) {
    case 'date':
      return addNanosToDate(value, nanos);
    case 'time':
      return timeOfNano(nanoOfDay(value) + nanos, value.zone);
    case 'date and time':
      return dateTimeOfInstant(instantNanos(value) + nanos, value.time.zone);
    case 'days and time duration':
      return nanosDuration(value.nanos + nanos);
    case 'years and months duration':
      return null;
  }
}

/** A date is taken at its midnight, and the sum is the date it falls on. */
function addNanosToDate(date: FeelDate, nanos: bigint): FeelDate | null {
  const remainder = ((nanos % nanosPerDay) + nanosPerDay) % nanosPerDay;
  return dateOfEpochDay(epochDay(date) + Number((nanos - remainder) / nanosPerDay));
}

/**
 * A date that is subtracted from, or with, a date and time is its midnight in UTC; beside a local date and time
 * it is its local midnight, or there would be no difference at all.
 */
function midnightIfDate(value: Temporal, other: Temporal): FeelDateTime | null {
  if (value instanceof FeelDateTime) return value;
  if (!(value instanceof FeelDate)) return null;
  const zone: Zone | null =
    other instanceof FeelDateTime && other.time.zone !== null ? { kind: 'offset', seconds: 0 } : null;
  return new FeelDateTime(value, timeOfNano(0n, zone));
}
