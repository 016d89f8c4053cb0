/** A value as JSON knows it: the only kind of value a variable, an event or an effect may hold. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** A JSON object. Never read with `object[name]` where the name comes from outside: see {@link ownValue}. */
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

/** Variables by name, plain JSON. */
export type Variables = JsonObject;

/** The object's own value of that name, or undefined: never something inherited from a prototype. */
export function ownValue<T>(object: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
