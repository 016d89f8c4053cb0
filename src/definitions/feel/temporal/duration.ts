import { OpaqueValue } from '../values/value.js';
import { fractionText } from './padded.js';
import { nanosPerDay, nanosPerSecond } from './time.js';

/** The largest duration in years and in nanoseconds: as many years as a date can have. */
const monthsMax = 2 * 999_999_999 * 12;
const nanosMax = 2n * 999_999_999n * 366n * nanosPerDay;

/** A duration in whole months (DMN 1.4, 10.3.2.3.7). */
export class YearsMonthsDuration extends OpaqueValue {
  override readonly type = 'years and months duration';

  constructor(readonly months: number) {
    super();
  }

  override toString(): string {
    const size = Math.abs(this.months);
    const years = size >= 12 ? `${Math.floor(size / 12)}Y` : '';
    const months = size % 12 !== 0 || size === 0 ? `${size % 12}M` : '';
    return `${this.months < 0 ? '-' : ''}P${years}${months}`;
  }
}

/** A duration in nanoseconds, written as days to seconds (DMN 1.4, 10.3.2.3.6). */
export class DaysTimeDuration extends OpaqueValue {
  override readonly type = 'days and time duration';

  constructor(readonly nanos: bigint) {
    super();
  }

  override toString(): string {
    if (this.nanos === 0n) return 'PT0S';
    const { days, hours, minutes, seconds, nanos } = partsOf(this);
    const date = days === 0 ? '' : `${days}D`;
    const second = seconds === 0 && nanos === 0 ? '' : `${seconds}${fractionText(nanos)}S`;
    const time = `${hours === 0 ? '' : `${hours}H`}${minutes === 0 ? '' : `${minutes}M`}${second}`;
    return `${this.nanos < 0n ? '-' : ''}P${date}${time === '' ? '' : `T${time}`}`;
  }
}

/** Days, hours, minutes, seconds and nanoseconds of a duration, all without its sign. */
export function partsOf(duration: DaysTimeDuration): {
  readonly days: number;
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
  readonly nanos: number;
} {
  const size = duration.nanos < 0n ? -duration.nanos : duration.nanos;
  const inDay = Number((size % nanosPerDay) / nanosPerSecond);
  return {
    days: Number(size / nanosPerDay),
    hours: Math.floor(inDay / 3600),
    minutes: Math.floor(inDay / 60) % 60,
    seconds: inDay % 60,
    nanos: Number(size % nanosPerSecond),
  };
}

/** A duration of so many months, the fraction cut off; null when it is not a number in range. */
export function monthsDuration(months: number): YearsMonthsDuration | null {
  return Math.abs(months) <= monthsMax ? new YearsMonthsDuration(Math.trunc(months) + 0) : null;
}

/** A duration of so many nanoseconds; null when it is out of range. */
export function nanosDuration(nanos: bigint): DaysTimeDuration | null {
  return nanos <= nanosMax && nanos >= -nanosMax ? new DaysTimeDuration(nanos) : null;
}

/** A duration of so many seconds, rounded to nanoseconds; null when it is out of range. */
export function secondsDuration(seconds: number): DaysTimeDuration | null {
  if (!Number.isFinite(seconds)) return null;
  const whole = Math.trunc(seconds);
  const fraction = Math.round((seconds - whole) * 1e9);
  return nanosDuration(BigInt(whole) * nanosPerSecond + BigInt(fraction));
}
