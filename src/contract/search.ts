import { z } from 'zod';
import { limits } from './limits.js';
import { searchPageRequest } from './page.js';
import { plainText } from './text.js';
import { givenTime } from './time.js';

/** What a field that is searched by holds. */
export type SearchField =
  | { readonly kind: 'text' | 'number' | 'boolean' | 'time' }
  | { readonly kind: 'choice'; readonly values: readonly [string, ...string[]] };

/** The fields of a search by name. */
export type SearchFields = Readonly<Record<string, SearchField>>;

export const textField = { kind: 'text' } as const satisfies SearchField;
export const numberField = { kind: 'number' } as const satisfies SearchField;
export const booleanField = { kind: 'boolean' } as const satisfies SearchField;
export const timeField = { kind: 'time' } as const satisfies SearchField;

/** A field with one of a few values. */
export function choiceField(values: readonly [string, ...string[]]): SearchField {
  return { kind: 'choice', values };
}

/**
 * The body of a search: `{filter, sort, page}`. A field takes a value or operators, all of which are to hold.
 * @param special parts of the filter that are no field, such as `variables`.
 */
export function searchRequest<Fields extends SearchFields, Special extends z.ZodRawShape>(
  fields: Fields,
  special: Special,
) {
  return z.strictObject({
    filter: z.strictObject({ ...filterShape(fields), ...special }).optional(),
    sort: sortOf(fields).optional(),
    page: searchPageRequest.optional(),
  });
}

/** One condition of a request, before times are converted. */
export type GivenFilter = z.infer<ReturnType<typeof fieldFilter>>;

function filterShape<Fields extends SearchFields>(fields: Fields) {
  const shape = {} as Record<keyof Fields & string, z.ZodOptional<ReturnType<typeof fieldFilter>>>;
  for (const [name, field] of Object.entries(fields)) {
    shape[name as keyof Fields & string] = fieldFilter(field).optional();
  }
  return shape;
}

function sortOf(fields: SearchFields) {
  return z
    .array(
      z.strictObject({
        field: z.enum(Object.keys(fields)),
        order: z.enum(['asc', 'desc']).default('asc'),
      }),
    )
    .max(limits.sortFields)
    .refine((sort) => new Set(sort.map(({ field }) => field)).size === sort.length, {
      error: 'Expected each field at most once.',
    });
}

function fieldFilter(field: SearchField) {
  const value = valueOf(field);
  return z.union([value, operators(field, value)]);
}

type ScalarSchema = z.ZodType<string | number | boolean>;

function operators(field: SearchField, value: ScalarSchema) {
  const ordered = field.kind !== 'boolean' && field.kind !== 'choice';
  const never = z.never().optional();
  const comparison = ordered ? value.optional() : never;
  return z
    .strictObject({
      $eq: value.optional(),
      $neq: value.optional(),
      $in: z.array(value).min(1).max(limits.filterValues).optional(),
      $gt: comparison,
      $gte: comparison,
      $lt: comparison,
      $lte: comparison,
      $like:
        field.kind === 'text'
          ? plainText(limits.keyLength)
              .describe('`*` stands for any characters, `?` for one, `\\` takes their meaning away.')
              .optional()
          : never,
      $exists: z.boolean().optional(),
    })
    .refine((given) => Object.keys(given).length > 0, { error: 'Expected at least one operator.' });
}

function valueOf(field: SearchField): ScalarSchema {
  switch (field.kind) {
    case 'text':
      return plainText(limits.textLength);
    case 'number':
      return z.int().min(-limits.integer).max(limits.integer);
    case 'boolean':
      return z.boolean();
    case 'time':
      return givenTime;
    case 'choice':
      return z.enum(field.values);
  }
}
