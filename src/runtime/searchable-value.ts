import type { JsonValue } from '../engine/json.js';

/** Longer texts are stored with the instance but not found by searches. */
export const SEARCHABLE_LENGTH_MAX = 255;

/** The JSON text by which searches find a variable; undefined for lists, objects and long texts, which they do not find. */
export function searchableValue(value: JsonValue | undefined): string | undefined {
  if (value === undefined || (typeof value === 'object' && value !== null)) return undefined;
  if (typeof value === 'string' && value.length > SEARCHABLE_LENGTH_MAX) return undefined;
  return JSON.stringify(value);
}
