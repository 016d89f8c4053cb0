import type { JsonValue } from '../../engine/json.js';
import { ownValue } from '../../engine/json.js';

/** How many values two lists or objects may hold together to be compared. */
const comparedMax = 100_000;

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%';
export type OrderOperator = '<' | '<=' | '>' | '>=';

/** Numbers, and texts of digits, as numbers. @throws Error for anything else, null included, and for a result that is no number */
export function arithmetic(operator: ArithmeticOperator, a: JsonValue, b: JsonValue): number {
  const left = operand(operator, a);
  const right = operand(operator, b);
  const value = calculate(operator, left, right);
  if (Number.isFinite(value)) return value;
  throw new Error(`Expected ${left} ${operator} ${right} to be a number but it is none.`);
}

/** The number with the other sign. @throws Error as of {@link arithmetic} */
export function negated(value: JsonValue): number {
  return -operand('-', value);
}

/** Null where one of both is null: neither true nor false. @throws Error where there is no order */
export function ordered(operator: OrderOperator, a: JsonValue, b: JsonValue): boolean | null {
  if (a === null || b === null) return null;
  if (typeof a === 'string' && typeof b === 'string') return holds(operator, a < b ? -1 : a > b ? 1 : 0);
  const left = numberOf(a);
  const right = numberOf(b);
  if (left !== undefined && right !== undefined) return holds(operator, left - right);
  throw new Error(
    `Expected two numbers or two texts to be compared by ${operator} but found ${kind(a)} and ${kind(b)}.`,
  );
}

/** Lists and objects by what they hold; text beside a number or a boolean as such. @throws Error for more than a bound */
export function equal(a: JsonValue, b: JsonValue): boolean {
  const pending: (readonly [JsonValue, JsonValue])[] = [[a, b]];
  let compared = 0;
  for (let pair = pending.pop(); pair !== undefined; pair = pending.pop()) {
    const [one, other] = pair;
    if (++compared > comparedMax) throw new Error(`Expected at most ${comparedMax} values to be compared.`);
    if (Array.isArray(one) || Array.isArray(other)) {
      if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
      one.forEach((item: JsonValue, index) =>
        pending.push([item, (other as readonly JsonValue[])[index] ?? null]),
      );
    } else if (isObject(one) || isObject(other)) {
      if (!isObject(one) || !isObject(other)) return false;
      const names = Object.keys(one);
      if (names.length !== Object.keys(other).length) return false;
      for (const name of names) {
        const [left, right] = [ownValue(one, name), ownValue(other, name)];
        if (left === undefined || right === undefined) return false;
        pending.push([left, right]);
      }
    } else if (!equalScalars(one, other)) {
      return false;
    }
  }
  return true;
}

/** True, false, or null for null. @throws Error for what is neither */
export function truth(value: JsonValue): boolean | null {
  if (typeof value === 'boolean' || value === null) return value;
  if (value === 'true') return true;
  if (value === 'false') return false;
  throw new Error(`Expected true or false but found ${kind(value)}.`);
}

/** Null, an empty text, list or object. */
export function isEmpty(value: JsonValue): boolean {
  if (value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}

/** The item of a list or the value of an object; null where there is none, and of anything else. */
export function member(of: JsonValue, key: JsonValue): JsonValue {
  if (Array.isArray(of)) {
    const index = numberOf(key);
    return (index === undefined ? undefined : (of as readonly JsonValue[])[index]) ?? null;
  }
  if (!isObject(of) || (typeof key !== 'string' && typeof key !== 'number')) return null;
  return ownValue(of, String(key)) ?? null;
}

/** As part of a text: null is nothing, lists and objects are JSON. */
export function textOf(value: JsonValue): string {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function equalScalars(a: JsonValue, b: JsonValue): boolean {
  if (a === b) return true;
  if (typeof a === 'number' || typeof b === 'number') {
    const left = numberOf(a);
    return left !== undefined && left === numberOf(b);
  }
  return typeof a === 'boolean' || typeof b === 'boolean' ? String(a) === String(b) : false;
}

function calculate(operator: ArithmeticOperator, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
    default:
      return operator satisfies never;
  }
}

function holds(operator: OrderOperator, sign: number): boolean {
  switch (operator) {
    case '<':
      return sign < 0;
    case '<=':
      return sign <= 0;
    case '>':
      return sign > 0;
    case '>=':
      return sign >= 0;
    default:
      return operator satisfies never;
  }
}

function operand(operator: string, value: JsonValue): number {
  const found = numberOf(value);
  if (found !== undefined) return found;
  const hint = value === null ? '; is a variable missing?' : '.';
  throw new Error(`Expected a number beside ${operator} but found ${kind(value)}${hint}`);
}

function numberOf(value: JsonValue): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d{1,15}(\.\d{1,15})?$/.test(value) ? Number(value) : undefined;
}

function isObject(value: JsonValue): value is { readonly [name: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kind(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'string' ? `the text "${value.slice(0, 40)}"` : String(value);
}
