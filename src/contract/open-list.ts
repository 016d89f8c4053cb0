import type { z } from 'zod';

/**
 * Marks a list of values that grows within a version of the interface: who reads such a value must expect others. In OpenAPI
 * `x-open-list: true`; a closed list may have no value added to an answer (docs/api-policy.md).
 */
export function openList<Schema extends z.ZodType>(schema: Schema): Schema {
  return schema.meta({ ...schema.meta(), 'x-open-list': true });
}
