import { z } from 'zod';

/** Schemas that OpenAPI shows under a name of their own. */
export const components = z.registry<{ readonly id: string; readonly description?: string }>();

/** Gives a schema its name in OpenAPI, and answers the same schema. */
export function named<Schema extends z.ZodType>(id: string, schema: Schema): Schema {
  components.add(schema, { id });
  return schema;
}
