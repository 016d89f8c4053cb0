import type { JsonValue, Variables } from '../engine/json.js';
import { valueAtPath } from './value-at-path.js';

/** Longer texts are stored with the instance but not found by searches. */
export const SEARCHABLE_LENGTH_MAX = 255;

/** A variable of a process instance as searches find it; without a value they do not. */
export interface SearchableVariable {
  readonly name: string;
  readonly value: string | undefined;
}

/** The JSON text by which searches find a variable; undefined for lists, objects and long texts, which they do not find. */
export function searchableValue(value: JsonValue | undefined): string | undefined {
  if (value === undefined || (typeof value === 'object' && value !== null)) return undefined;
  if (typeof value === 'string' && value.length > SEARCHABLE_LENGTH_MAX) return undefined;
  return JSON.stringify(value);
}

/** How searches find the variables of these names, and what stands in them at one of the paths (`customer.phone`). */
export function searchableVariables(
  variables: Variables,
  names: ReadonlySet<string>,
  paths: readonly string[],
): readonly SearchableVariable[] {
  const within = paths.filter((path) => !names.has(path) && names.has(path.split('.', 1)[0] ?? ''));
  return [...names, ...within].map((name) => ({
    name,
    value: searchableValue(valueAtPath(variables, name)),
  }));
}
