import { ownValue, type JsonObject, type JsonValue, type Variables } from '../engine/json.js';

/**
 * The value of the variable of that name; else what stands at the path in it, `customer.phone`: field by field of objects, never
 * into lists. Undefined where there is none.
 */
export function valueAtPath(variables: Variables, path: string): JsonValue | undefined {
  const named = ownValue(variables, path);
  if (named !== undefined) return named;
  let value: JsonValue | undefined = variables;
  for (const name of path.split('.')) {
    if (!isObject(value)) return undefined;
    value = ownValue(value, name);
  }
  return value;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
