import type { Run } from '../run.js';
import {
  DaysTimeDuration,
  YearsMonthsDuration,
  monthsDuration,
  nanosDuration,
} from '../temporal/duration.js';
import { nanosPerSecond } from '../temporal/time.js';
import { addTemporal, subtractTemporal } from '../temporal/temporal-arithmetic.js';
import { isTemporal } from './temporal-value.js';
import type { Value } from './value.js';

/** Beyond this many nanoseconds a fractional factor is applied to a double, exact to 15 digits only. */
const exactFactor = Number.MAX_SAFE_INTEGER;

/** A number that FEEL can have: overflow and no number are null, and there is one zero (DMN 1.4, 10.3.2.3.1). */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value + 0 : null;
}

/** `left + right` (DMN 1.4, 10.3.2.11, table of addition). */
export function add(run: Run, left: Value, right: Value): Value {
  if (typeof left === 'number') return typeof right === 'number' ? finite(left + right) : null;
  if (typeof left === 'string') {
    if (typeof right !== 'string') return null;
    run.chargeText(left.length + right.length);
    return left + right;
  }
  return isTemporal(left) && isTemporal(right) ? addTemporal(left, right) : null;
}

/** `left - right` (DMN 1.4, 10.3.2.11, table of subtraction). */
export function subtract(_run: Run, left: Value, right: Value): Value {
  if (typeof left === 'number') return typeof right === 'number' ? finite(left - right) : null;
  return isTemporal(left) && isTemporal(right) ? subtractTemporal(left, right) : null;
}

/** `left * right` (DMN 1.4, 10.3.2.11, table of multiplication and division). */
export function multiply(_run: Run, left: Value, right: Value): Value {
  if (typeof right === 'number') {
    return typeof left === 'number' ? finite(left * right) : scaled(left, right);
  }
  return typeof left === 'number' ? scaled(right, left) : null;
}

/** `left / right`; null for division by zero (DMN 1.4, 10.3.2.11, table of multiplication and division). */
export function divide(_run: Run, left: Value, right: Value): Value {
  if (typeof right === 'number') {
    if (right === 0) return null;
    return typeof left === 'number' ? finite(left / right) : scaled(left, 1 / right, right);
  }
  if (left instanceof YearsMonthsDuration && right instanceof YearsMonthsDuration) {
    return right.months === 0 ? null : left.months / right.months;
  }
  if (left instanceof DaysTimeDuration && right instanceof DaysTimeDuration) {
    return right.nanos === 0n ? null : Number(left.nanos) / Number(right.nanos);
  }
  return null;
}

/** `left ** right` (DMN 1.4, 10.3.2.11, table of exponentiation). */
export function power(_run: Run, left: Value, right: Value): Value {
  return typeof left === 'number' && typeof right === 'number' ? finite(left ** right) : null;
}

/** `-value`: a number or a duration (DMN 1.4, 10.3.2.11, arithmetic negation). */
export function negate(value: Value): Value {
  if (typeof value === 'number') return value === 0 ? 0 : -value;
  if (value instanceof YearsMonthsDuration) return new YearsMonthsDuration(0 - value.months);
  return value instanceof DaysTimeDuration ? new DaysTimeDuration(-value.nanos) : null;
}

/** A duration times a factor, or divided by `divisor` where one is given, which is more exact. */
function scaled(duration: Value, factor: number, divisor?: number): Value {
  if (duration instanceof YearsMonthsDuration) {
    return monthsDuration(divisor === undefined ? duration.months * factor : duration.months / divisor);
  }
  if (!(duration instanceof DaysTimeDuration)) return null;
  if (Number.isSafeInteger(divisor ?? factor)) {
    return nanosDuration(
      divisor === undefined ? duration.nanos * BigInt(factor) : duration.nanos / BigInt(divisor),
    );
  }
  const nanos = Number(duration.nanos) * factor;
  if (!Number.isFinite(nanos)) return null;
  if (Math.abs(nanos) <= exactFactor) return nanosDuration(BigInt(Math.round(nanos)));
  return nanosDuration(BigInt(Math.round(nanos / 1e9)) * nanosPerSecond);
}
