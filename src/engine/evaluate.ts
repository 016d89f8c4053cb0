import { IncidentError } from './incident-error.js';
import type { JsonValue } from './json.js';
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

/** A non-empty string. @throws IncidentError */
export function evaluateString(expression: Expression, context: EvaluationContext, what: string): string {
  const value = evaluate(expression, context);
  if (typeof value === 'string' && value !== '') return value;
  throw unexpected(what, 'a non-empty string', expression, value);
}

/** A non-empty string, or a number as its text. @throws IncidentError */
export function evaluateKey(expression: Expression, context: EvaluationContext, what: string): string {
  const value = evaluate(expression, context);
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string' && value !== '') return value;
  throw unexpected(what, 'a non-empty string or a number', expression, value);
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

/** A list of strings; one string with commas between will do, null is the empty list. @throws IncidentError */
export function evaluateStrings(
  expression: Expression,
  context: EvaluationContext,
  what: string,
): readonly string[] {
  const value = evaluate(expression, context);
  if (value === null) return [];
  if (typeof value === 'string') {
    return value
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  }
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw unexpected(what, 'a list of strings', expression, value);
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

function abbreviated(value: JsonValue): string {
  const text = JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
