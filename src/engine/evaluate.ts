import { IncidentError } from './incident-error.js';
import type { JsonValue } from './json.js';
import { KEY_LENGTH_LIMIT } from './limits.js';
import type { EvaluationContext, Expression } from './process-model.js';

/** The expression's value. @throws IncidentError when it overruns its budget. */
export function evaluate(expression: Expression, context: EvaluationContext): JsonValue {
  if (expression.kind === 'literal') return expression.value;
  try {
    return expression.evaluate(context);
  } catch (error) {
    throw new IncidentError('expression-failed', `${expression.source} failed: ${reasonOf(error)}`);
  }
}

/** True or false. Null is neither: a missing variable must not choose a path unseen. @throws IncidentError */
export function evaluateCondition(expression: Expression, context: EvaluationContext, what: string): boolean {
  const value = evaluate(expression, context);
  if (typeof value === 'boolean') return value;
  throw unexpected(what, 'true or false', expression, value);
}

/** A name: a non-empty string that is not too long. @throws IncidentError */
export function evaluateString(expression: Expression, context: EvaluationContext, what: string): string {
  const value = evaluate(expression, context);
  if (isName(value)) return value;
  throw unexpected(what, `a non-empty string of at most ${KEY_LENGTH_LIMIT} characters`, expression, value);
}

/** A name as of {@link evaluateString}, or a number as its text. @throws IncidentError */
export function evaluateKey(expression: Expression, context: EvaluationContext, what: string): string {
  const value = evaluate(expression, context);
  if (typeof value === 'number') return String(value);
  if (isName(value)) return value;
  const expected = `a non-empty string or a number, of at most ${KEY_LENGTH_LIMIT} characters,`;
  throw unexpected(what, expected, expression, value);
}

/** A whole number in the range; a string of digits will do. @throws IncidentError */
export function evaluateInteger(
  expression: Expression,
  context: EvaluationContext,
  what: string,
  [least, most]: readonly [number, number],
): number {
  const value = evaluate(expression, context);
  const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number) && number >= least && number <= most)
    return number;
  throw unexpected(what, `a whole number from ${least} to ${most}`, expression, value);
}

/** A list of names; one string with commas between will do. Null is none: nobody would be found, unseen. @throws IncidentError */
export function evaluateStrings(
  expression: Expression,
  context: EvaluationContext,
  what: string,
): readonly string[] {
  const value = evaluate(expression, context);
  const names: JsonValue = typeof value === 'string' ? partsOf(value) : value;
  if (Array.isArray(names) && names.every(isName)) return names;
  const expected = `a list of strings, each of 1 to ${KEY_LENGTH_LIMIT} characters,`;
  throw unexpected(what, expected, expression, value);
}

/** The error that says what an expression should have given. */
export function unexpected(
  what: string,
  expected: string,
  expression: Expression,
  found: JsonValue,
): IncidentError {
  const source = expression.kind === 'compiled' ? ` (${expression.source})` : '';
  const hint = found === null ? '; is a variable missing?' : '.';
  return new IncidentError(
    'expression-failed',
    `Expected ${what}${source} to give ${expected} but it gave ${abbreviated(found)}${hint}`,
  );
}

function isName(value: JsonValue): value is string {
  return typeof value === 'string' && value !== '' && value.length <= KEY_LENGTH_LIMIT;
}

function partsOf(list: string): readonly string[] {
  return list
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function abbreviated(value: JsonValue): string {
  const text = JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
