import { z } from 'zod';

/** That something will go, and what takes its place. Days are ISO dates, `2027-05-21`, and begin at midnight UTC. */
export interface Deprecation {
  /** Since when it should not be used. */
  readonly since: string;
  /** From when on it may be gone. */
  readonly sunset: string;
  /** What to use: a sentence. */
  readonly instead: string;
}

/** So long is whatever is deprecated kept at least (docs/api-policy.md). */
export const deprecationDaysMin = 180;

/** Marks a field of a request or answer as deprecated; give it the whole schema of the field, `.optional()` included. */
export function deprecatedField<Schema extends z.ZodType>(schema: Schema, deprecation: Deprecation): Schema {
  checkDeprecation(deprecation);
  return schema.meta({ ...schema.meta(), ...deprecationFields(deprecation, schema.description) });
}

/** The schema library keeps what `meta` was given, also over `describe` and `refine`. */
function deprecationOf(schema: z.ZodType): Pick<Deprecation, 'since' | 'sunset'> | undefined {
  const { 'x-deprecated-since': since, 'x-sunset': sunset } = schema.meta() ?? {};
  return typeof since === 'string' && typeof sunset === 'string' ? { since, sunset } : undefined;
}

/** What OpenAPI says of what is deprecated. */
export function deprecationFields({ since, sunset, instead }: Deprecation, description?: string) {
  return {
    deprecated: true,
    'x-deprecated-since': since,
    'x-sunset': sunset,
    description: [description, `Deprecated; may be gone from ${sunset} on. ${instead}`]
      .filter(Boolean)
      .join(' '),
  };
}

/** @throws TypeError for days that are none, and for a time between them that is too short. */
export function checkDeprecation({ since, sunset }: Deprecation): void {
  const days = (Date.parse(sunset) - Date.parse(since)) / 86_400_000;
  const areDays = [since, sunset].every((day) => /^\d{4}-\d{2}-\d{2}$/.test(day));
  if (areDays && days >= deprecationDaysMin) return;
  throw new TypeError(
    `Expected a sunset at least ${deprecationDaysMin} days after the deprecation but found ${since} and ${sunset}.`,
  );
}

/** A field that is deprecated: its names from the outside in, `*` for the items of a list and the values of a record. */
export interface DeprecatedField {
  readonly names: readonly string[];
  readonly deprecation: Pick<Deprecation, 'since' | 'sunset'>;
}

/** The deprecated fields of a schema. A schema that holds itself is looked at once. */
export function deprecatedFieldsOf(schema: z.ZodType): readonly DeprecatedField[] {
  return fieldsWithin(schema, [], new Set());
}

function fieldsWithin(
  schema: z.ZodType,
  names: readonly string[],
  seen: ReadonlySet<z.ZodType>,
): readonly DeprecatedField[] {
  if (seen.has(schema)) return [];
  const within = new Set([...seen, schema]);
  const deprecation = deprecationOf(schema);
  return [
    ...(deprecation === undefined ? [] : [{ names, deprecation }]),
    ...partsOf(schema).flatMap(([name, part]) =>
      fieldsWithin(part, name === undefined ? names : [...names, name], within),
    ),
  ];
}

/** The schemas that a schema is made of, each with the name that it is under. */
function partsOf(schema: unknown): readonly (readonly [string | undefined, z.ZodType])[] {
  const asType = (part: unknown): z.ZodType[] => (part instanceof z.ZodType ? [part] : []);
  const under = (name: string | undefined, ...parts: readonly unknown[]) =>
    parts.flatMap(asType).map((part) => [name, part] as const);
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape).flatMap(([name, part]) => under(name, part));
  if (schema instanceof z.ZodArray) return under('*', schema.element);
  if (schema instanceof z.ZodRecord) return under('*', schema.valueType);
  if (schema instanceof z.ZodUnion) return under(undefined, ...schema.options);
  if (schema instanceof z.ZodPipe) return under(undefined, schema.in);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    return under(undefined, schema.unwrap());
  return [];
}
