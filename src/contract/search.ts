import { z } from 'zod';
import { named } from './components.js';
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

const pattern = plainText(limits.keyLength).describe(
  '`*` stands for any characters, `?` for one, `\\` takes their meaning away.',
);

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
    filter: searchFilter(fields, special).optional(),
    sort: sortOf(fields).optional(),
    page: searchPageRequest.optional(),
  });
}

/** The `filter` of a search, where something else than a search takes one. */
export function searchFilter<Fields extends SearchFields, Special extends z.ZodRawShape>(
  fields: Fields,
  special: Special,
) {
  return z.strictObject({ ...filterShape(fields), ...special });
}

type Scalar = string | number | boolean;

/** The operators of one field; times are text, as given. */
export interface GivenOperators {
  readonly $eq?: Scalar;
  readonly $neq?: Scalar;
  readonly $in?: readonly Scalar[];
  readonly $gt?: Scalar;
  readonly $gte?: Scalar;
  readonly $lt?: Scalar;
  readonly $lte?: Scalar;
  readonly $like?: string;
  readonly $exists?: boolean;
}

/** One condition of a request. */
export type GivenFilter = Scalar | GivenOperators;

type FilterSchema = z.ZodOptional<z.ZodType<GivenFilter>>;

function filterShape<Fields extends SearchFields>(fields: Fields) {
  const shape: Record<string, FilterSchema> = {};
  for (const [name, field] of Object.entries(fields)) shape[name] = fieldFilter(field).optional();
  return shape as Record<keyof Fields & string, FilterSchema>;
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

function fieldFilter(field: SearchField): z.ZodType<GivenFilter> {
  return field.kind === 'choice' ? filterOn(field) : filters[field.kind];
}

function filterOn(field: SearchField): z.ZodType<GivenFilter> {
  const value = valueOf(field);
  return z.union([value, operators(field, value)]);
}

function operators(field: SearchField, value: z.ZodType<Scalar>) {
  const all = z
    .strictObject({
      $eq: value,
      $neq: value,
      $in: z.array(value).min(1).max(limits.filterValues),
      $gt: value,
      $gte: value,
      $lt: value,
      $lte: value,
      $like: pattern,
      $exists: z.boolean(),
    })
    .partial();
  const ordered = all.omit({ $like: true });
  const known: z.ZodType<GivenOperators> =
    field.kind === 'text'
      ? all
      : isOrdered(field)
        ? ordered
        : ordered.omit({ $gt: true, $gte: true, $lt: true, $lte: true });
  return known.refine((given) => Object.keys(given).length > 0, {
    error: 'Expected at least one operator.',
    when: ({ issues }) => issues.length === 0,
  });
}

function isOrdered({ kind }: SearchField): boolean {
  return kind !== 'boolean' && kind !== 'choice';
}

function valueOf(field: SearchField): z.ZodType<Scalar> {
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

const filters = {
  text: named('TextFilter', filterOn(textField)),
  number: named('NumberFilter', filterOn(numberField)),
  boolean: named('BooleanFilter', filterOn(booleanField)),
  time: named('TimeFilter', filterOn(timeField)),
};
