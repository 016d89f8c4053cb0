import type { z } from 'zod';

const names = new Map<z.ZodType, string>();

/** Gives a schema a name of its own in OpenAPI, and answers the same schema. */
export function named<Schema extends z.ZodType>(name: string, schema: Schema): Schema {
  names.set(schema, name);
  return schema;
}

/** Every schema that has a name. */
export const namedSchemas: ReadonlyMap<z.ZodType, string> = names;
