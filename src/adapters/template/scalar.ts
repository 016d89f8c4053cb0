import type { JsonValue } from '../../jobs/job-handler.js';
import { isList } from './json-value.js';
import type { PlaceholderValues } from './placeholder-values.js';
import { TaskError } from './task-error.js';
import { type Placeholder, placeholderText } from './template.js';

export type Scalar = string | number | boolean;

/** The value, where only text can stand. @throws TaskError when there is none, or it is null, a list or an object. */
export function scalarOf(values: PlaceholderValues, placeholder: Placeholder, where: string): Scalar {
  const value = values.get(placeholder, where);
  if (isScalar(value)) return value;
  const found = value === null ? 'null' : isList(value) ? 'a list' : 'an object';
  throw new TaskError(
    `Expected ${placeholderText(placeholder)} in ${where} to be text, a number, true or false but found ${found}.`,
  );
}

export function isScalar(value: JsonValue): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
