/** A double as the decimal number that its shortest text shows: digits times ten to the minus scale. */
interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

/** How a number is rounded when digits are cut off. */
export type Rounding = 'half even' | 'half up' | 'half down' | 'up' | 'down' | 'floor' | 'ceiling';

/** Beyond these scales a double has no digits to round. */
const scaleMax = 400;

/**
 * Rounds a number to a scale, decimally: 1.005 is taken as written and not as the double just below it. A negative
 * scale rounds to tens, hundreds and so on. Null when the scale is out of the range of -6111 to 6176
 * (DMN 1.4, 10.3.4.5).
 */
export function rounded(value: number, scale: number, rounding: Rounding): number | null {
  if (scale < -6_111 || scale > 6_176) return null;
  const decimal = decimalOf(value);
  const cut = decimal.scale - scale;
  if (cut <= 0 || value === 0) return value + 0;
  if (cut > 2 * scaleMax) return away(value, rounding) ? null : 0;
  const unit = 10n ** BigInt(cut);
  const quotient = decimal.digits / unit;
  const rest = decimal.digits % unit;
  const digits = quotient + (rest === 0n ? 0n : step(quotient, rest, unit, rounding));
  return numberOf({ digits, scale }) + 0;
}

/** `dividend - divisor * floor(dividend / divisor)`, decimally exact; null for a divisor of 0. */
export function modulo(dividend: number, divisor: number): number | null {
  if (divisor === 0) return null;
  const [left, right] = [decimalOf(dividend), decimalOf(divisor)];
  const scale = Math.max(left.scale, right.scale);
  if (scale - Math.min(left.scale, right.scale) > 2 * scaleMax) return null;
  const a = left.digits * 10n ** BigInt(scale - left.scale);
  const b = right.digits * 10n ** BigInt(scale - right.scale);
  const rest = a % b;
  return numberOf({ digits: rest !== 0n && rest < 0n !== b < 0n ? rest + b : rest, scale }) + 0;
}

function decimalOf(value: number): Decimal {
  const [mantissa = '0', exponent = '0'] = String(value).split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  return { digits: BigInt(whole + fraction), scale: fraction.length - Number(exponent) };
}

function numberOf({ digits, scale }: Decimal): number {
  return Number(`${digits}e${-scale}`);
}

/** Whether rounding goes away from zero however small the part that is cut off. */
function away(value: number, rounding: Rounding): boolean {
  return rounding === 'up' || rounding === (value < 0 ? 'floor' : 'ceiling');
}

/** 1 or -1 where the quotient moves away from zero, else 0. */
function step(quotient: bigint, rest: bigint, unit: bigint, rounding: Rounding): bigint {
  const sign = rest < 0n ? -1n : 1n;
  const twice = rest * sign * 2n;
  switch (rounding) {
    case 'up':
      return sign;
    case 'down':
      return 0n;
    case 'floor':
      return sign < 0n ? sign : 0n;
    case 'ceiling':
      return sign > 0n ? sign : 0n;
    case 'half up':
      return twice >= unit ? sign : 0n;
    case 'half down':
      return twice > unit ? sign : 0n;
    case 'half even':
      return twice > unit || (twice === unit && quotient % 2n !== 0n) ? sign : 0n;
  }
}
