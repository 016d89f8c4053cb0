import type { JsonValue } from '../../jobs/job-handler.js';

/** `Array.isArray` does not tell TypeScript that what is no array is no read-only array either. */
export function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The value at a path of names (and numbers, in lists); undefined where there is none. Never something inherited. */
export function valueAt(value: JsonValue, path: readonly string[]): JsonValue | undefined {
  let found: JsonValue | undefined = value;
  for (const name of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    if (isList(found)) found = /^\d{1,9}$/.test(name) ? found[Number(name)] : undefined;
    else found = Object.hasOwn(found, name) ? found[name] : undefined;
  }
  return found;
}
