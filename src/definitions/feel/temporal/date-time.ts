import { OpaqueValue } from '../values/value.js';
import { dateOfEpochDay, epochDay } from './date.js';
import type { FeelDate } from './date.js';
import { nanoOfDay, nanosPerDay, nanosPerSecond, timeOfNano } from './time.js';
import type { FeelTime } from './time.js';
import { offsetAt, offsetOfLocal, utc } from './zone.js';
import type { Zone } from './zone.js';

/** A date with a time of day; the time carries the zone. */
export class FeelDateTime extends OpaqueValue {
  override readonly type = 'date and time';

  constructor(
    readonly date: FeelDate,
    readonly time: FeelTime,
  ) {
    super();
  }

  override toString(): string {
    return `${this.date.toString()}T${this.time.toString()}`;
  }
}

/** What a date becomes where a date and time is wanted: its midnight in UTC (DMN 1.4, 10.3.2.9.4). */
export function midnightOf(date: FeelDate): FeelDateTime {
  return new FeelDateTime(date, timeOfNano(0n, utc));
}

/** Nanoseconds from 1970-01-01T00:00:00 on the local clock, whatever the zone. */
export function localNanos(value: FeelDateTime): bigint {
  return BigInt(epochDay(value.date)) * nanosPerDay + nanoOfDay(value.time);
}

/** Seconds east of UTC at this moment; null for a local date and time. */
export function offsetOf(value: FeelDateTime): number | null {
  const zone = value.time.zone;
  if (zone === null) return null;
  return offsetOfLocal(zone, Number(localNanos(value) / nanosPerSecond));
}

/** Nanoseconds from 1970-01-01T00:00:00Z, or on the local clock when there is no zone (10.3.2.3.5). */
export function instantNanos(value: FeelDateTime): bigint {
  return localNanos(value) - BigInt(offsetOf(value) ?? 0) * nanosPerSecond;
}

/** The date and time that a clock in the zone shows at an instant; null beyond the largest year. */
export function dateTimeOfInstant(nanos: bigint, zone: Zone | null): FeelDateTime | null {
  const offset = zone === null ? 0 : offsetAt(zone, Number(floorDivide(nanos, nanosPerSecond)));
  return dateTimeOfLocal(nanos + BigInt(offset) * nanosPerSecond, zone);
}

/** The date and time of a local clock reading in nanoseconds; null beyond the largest year. */
export function dateTimeOfLocal(nanos: bigint, zone: Zone | null): FeelDateTime | null {
  const date = dateOfEpochDay(Number(floorDivide(nanos, nanosPerDay)));
  return date === null ? null : new FeelDateTime(date, timeOfNano(nanos, zone));
}

function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value % divisor < 0n ? quotient - 1n : quotient;
}
