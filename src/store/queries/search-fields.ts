import type { Table } from '../table.js';

/** A field that a search filters and sorts on. */
export interface SearchField {
  readonly column: string;
  readonly kind: 'text' | 'integer' | 'boolean';
  readonly isNullable: boolean;
}

/** Fields by the name that requests give them. */
export type SearchFields = ReadonlyMap<string, SearchField>;

/** The fields of a table that a search may use: those that every row has, and those that may be absent. */
export function searchFields<Row>(
  table: Table<Row>,
  required: readonly (keyof Row & string)[],
  optional: readonly (keyof Row & string)[] = [],
): SearchFields {
  const entry = (field: keyof Row & string, isNullable: boolean): [string, SearchField] => {
    const kind = table.kindOf(field);
    if (kind === 'json')
      throw new Error(`Expected a scalar to search by but ${table.name}.${field} is JSON.`);
    const searched = kind === 'key' ? 'text' : kind;
    return [field, { column: table.columnOf(field), kind: searched, isNullable }];
  };
  return new Map([
    ...required.map((field) => entry(field, false)),
    ...optional.map((field) => entry(field, true)),
  ]);
}

/** The field of that name; throws where the caller has let through one that the search does not have. */
export function fieldNamed(fields: SearchFields, name: string): SearchField {
  const field = fields.get(name);
  if (field === undefined) {
    throw new RangeError(
      `Expected one of ${[...fields.keys()].join(', ')} but found ${JSON.stringify(name)}.`,
    );
  }
  return field;
}
