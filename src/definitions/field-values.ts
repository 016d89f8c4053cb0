import { parseDateTime } from '../engine/time/date-time.js';
import { isWithinDates, parseDuration } from '../engine/time/duration.js';
import { INSTANT_MAX } from '../engine/time/instant.js';
import type { Expression } from '../engine/process-model.js';
import type { DiagnosticLog, Place } from './diagnostic.js';
import { literal, literalText, shown } from './expressions.js';

/** What a value has to be, for messages and checks. */
export interface WholeNumberRange {
  readonly what: string;
  readonly min: number;
  readonly max: number;
}

export const retriesRange: WholeNumberRange = { what: 'retries', min: 1, max: 1_000_000 };
export const jobPriorityRange: WholeNumberRange = {
  what: 'the job priority',
  min: -2_147_483_648,
  max: 2_147_483_647,
};
export const taskPriorityRange: WholeNumberRange = {
  what: 'the priority of the user task',
  min: 0,
  max: 100,
};

/** A literal becomes a number in the range, or is reported; what is evaluated is left to the evaluation. */
export function asWholeNumber(
  expression: Expression,
  range: WholeNumberRange,
  place: Place,
  log: DiagnosticLog,
): Expression {
  const text = literalText(expression)?.trim();
  if (text === undefined) return expression;
  const value = /^[+-]?\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= range.min && value <= range.max) return literal(value);
  const message = `Expected ${range.what} to be a whole number from ${range.min} to ${range.max} but found ${shown(text)}.`;
  log.report('invalid-value', place, message);
  return expression;
}

/** A literal is a list separated by commas. */
export function asList(expression: Expression): Expression {
  const text = literalText(expression);
  if (text === undefined) return expression;
  const items = text.split(',').map((item) => item.trim());
  return literal(items.filter((item) => item !== ''));
}

/** A literal must be an ISO 8601 date-time, date or duration. */
export function asInstant(
  expression: Expression,
  what: string,
  place: Place,
  log: DiagnosticLog,
): Expression {
  const text = literalText(expression)?.trim();
  if (text === undefined) return expression;
  const duration = parseDuration(text);
  if (duration !== undefined && !isWithinDates(duration)) {
    const message = `Expected ${what} to lead to a time until ${INSTANT_MAX}, the last that a date can hold, but found ${shown(text)}.`;
    log.report('invalid-value', place, message);
  } else if (parseDateTime(text) === undefined && duration === undefined) {
    const message = `Expected ${what} to be an ISO 8601 date-time or duration but found ${shown(text)}.`;
    log.report('invalid-value', place, message);
  }
  return literal(text);
}

/** `true` or `false`; anything else is reported. Undefined text gives the default. */
export function readBoolean(
  text: string | undefined,
  byDefault: boolean,
  what: string,
  place: Place,
  log: DiagnosticLog,
): boolean {
  if (text === undefined) return byDefault;
  if (text !== 'true' && text !== 'false') {
    log.report('invalid-value', place, `Expected ${what} to be true or false but found ${shown(text)}.`);
  }
  return text === 'true';
}

const namePattern = /^[\p{L}_][\p{L}\p{M}\p{N}_]*$/u;
const reservedNames: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Whether text is the name of a variable that `zeebe:output` could write. */
export function isVariableName(text: string): boolean {
  return namePattern.test(text) && !reservedNames.has(text);
}

/** Names separated by dots, such as `order.total`; undefined, and reported, when it is not. */
export function readVariablePath(
  text: string,
  what: string,
  place: Place,
  log: DiagnosticLog,
): readonly string[] | undefined {
  const names = text.trim().split('.');
  if (names.every(isVariableName)) return names;
  const message = `Expected ${what} to be names of letters, digits and "_" separated by dots, but found ${shown(text)}.`;
  log.report('invalid-value', place, message);
  return undefined;
}

/** The name of one variable; undefined, and reported, when it is none. */
export function readVariableName(
  text: string,
  what: string,
  place: Place,
  log: DiagnosticLog,
): string | undefined {
  const name = text.trim();
  if (isVariableName(name)) return name;
  const message = `Expected ${what} to be a name of letters, digits and "_" but found ${shown(text)}.`;
  log.report('invalid-value', place, message);
  return undefined;
}
