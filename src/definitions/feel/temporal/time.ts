import { OpaqueValue } from '../values/value.js';
import { fractionText, padded } from './padded.js';
import { offsetAt, zoneText } from './zone.js';
import type { Zone } from './zone.js';

export const nanosPerSecond = 1_000_000_000n;
export const nanosPerDay = 86_400n * nanosPerSecond;

/** A time of day, local (zone null) or relative to a zone. Build it with `timeOf`, which checks it. */
export class FeelTime extends OpaqueValue {
  override readonly type = 'time';

  constructor(
    readonly hour: number,
    readonly minute: number,
    /** Whole seconds. */
    readonly second: number,
    readonly nanos: number,
    readonly zone: Zone | null,
  ) {
    super();
  }

  override toString(): string {
    return `${clockText(this)}${zoneText(this.zone)}`;
  }
}

/** The time of these integers, null when no clock shows it. */
export function timeOf(
  hour: number,
  minute: number,
  second: number,
  nanos: number,
  zone: Zone | null,
): FeelTime | null {
  const whole = [hour, minute, second, nanos].every((part) => Number.isInteger(part) && part >= 0);
  if (!whole || hour > 23 || minute > 59 || second > 59 || nanos > 999_999_999) return null;
  return new FeelTime(hour, minute, second, nanos, zone);
}

/** Nanoseconds since midnight on the clock, whatever the zone. */
export function nanoOfDay(time: FeelTime): bigint {
  return BigInt(time.hour * 3600 + time.minute * 60 + time.second) * nanosPerSecond + BigInt(time.nanos);
}

/** The time that the clock shows so many nanoseconds after midnight; whole days fall away. */
export function timeOfNano(nanos: bigint, zone: Zone | null): FeelTime {
  const inDay = ((nanos % nanosPerDay) + nanosPerDay) % nanosPerDay;
  const seconds = Number(inDay / nanosPerSecond);
  return new FeelTime(
    Math.floor(seconds / 3600),
    Math.floor(seconds / 60) % 60,
    seconds % 60,
    Number(inDay % nanosPerSecond),
    zone,
  );
}

/**
 * Nanoseconds since midnight UTC, for comparing (DMN 1.4, 10.3.2.3.5). A time without a date cannot know the
 * summer time of a named zone: the zone's offset on 1970-01-01 stands for it.
 */
export function timeValue(time: FeelTime): bigint {
  const offset = time.zone === null ? 0 : offsetAt(time.zone, 0);
  return nanoOfDay(time) - BigInt(offset) * nanosPerSecond;
}

/** Hours, minutes and seconds as ISO 8601 writes them, without the zone. */
export function clockText(time: FeelTime): string {
  return `${padded(time.hour, 2)}:${padded(time.minute, 2)}:${padded(time.second, 2)}${fractionText(time.nanos)}`;
}
