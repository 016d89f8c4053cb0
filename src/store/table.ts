import {
  escapedText,
  integerOf,
  optionalIntegerOf,
  optionalTextOf,
  type SqlRow,
  type SqlValue,
  textOf,
  toSqlValue,
} from './sql-value.js';
import { type Statement, statement } from './statement.js';

/**
 * How a field is stored. `key`: text that an index holds, at most `keyLengthMax` long. `text`: any other text.
 * `json`: any JSON value, as text. `boolean`: 0 or 1.
 */
export type ColumnKind = 'key' | 'text' | 'integer' | 'boolean' | 'json';

/** PostgreSQL refuses index entries of more than 2,704 bytes; a key has at most 400 characters of 3 bytes each. */
export const keyLengthMax = 400;

/** A statement that writes, with the fields of `Row` that it takes. */
export interface Write<Row> {
  readonly statement: Statement;
  encode(row: Row): readonly SqlValue[];
}

/** The columns of a table in the form of a port's row: names in snake_case, undefined as NULL. */
export interface Table<Row> {
  readonly name: string;
  /** The columns, separated by commas, for SELECT and RETURNING. */
  readonly columns: string;
  columnOf(field: keyof Row): string;
  kindOf(field: keyof Row): ColumnKind;
  /** The port's row of a result that begins with `columns`. Fields that are NULL are absent. */
  decode(row: SqlRow): Row;
  readonly insert: Write<Row>;
  update<S extends keyof Row, K extends keyof Row>(
    set: readonly S[],
    where: readonly K[],
  ): Write<Pick<Row, S | K>>;
  remove<K extends keyof Row>(where: readonly K[]): Write<Pick<Row, K>>;
}

/** Describes a table by its port's row: every field with the kind of its column. */
export function defineTable<Row extends object>(
  name: string,
  kinds: { readonly [F in keyof Required<Row>]: ColumnKind },
): Table<Row> {
  const fields = Object.keys(kinds) as (keyof Row & string)[];
  const columns = fields.map((field) => ({ field, column: snakeCase(field), kind: kinds[field] }));
  const columnOf = (field: keyof Row): string => quoted(snakeCase(String(field)));
  const list = fields.map(columnOf).join(', ');

  const encoderOf = (chosen: readonly (keyof Row)[]) => {
    const encoded = chosen.map((field) => ({ field, kind: kinds[field], place: `${name}.${String(field)}` }));
    return (row: Row | Pick<Row, never>): readonly SqlValue[] =>
      encoded.map(({ field, kind, place }) => encodeValue((row as Partial<Row>)[field], kind, place));
  };
  const conditions = (where: readonly (keyof Row)[], from: number): string =>
    where.map((field, index) => `${columnOf(field)} = $${from + index}`).join(' AND ');

  return {
    name,
    columns: list,
    columnOf,
    kindOf: (field) => kinds[field],
    decode(row) {
      const decoded: Record<string, unknown> = {};
      columns.forEach(({ field, kind }, index) => {
        const value = decodeValue(row[index], kind);
        if (value !== undefined) decoded[field] = value;
      });
      return decoded as Row;
    },
    insert: {
      statement: statement(
        `INSERT INTO ${name} (${list}) VALUES (${fields.map((_, index) => `$${index + 1}`).join(', ')})`,
      ),
      encode: encoderOf(fields),
    },
    update(set, where) {
      const assignments = set.map((field, index) => `${columnOf(field)} = $${index + 1}`).join(', ');
      return {
        statement: statement(`UPDATE ${name} SET ${assignments} WHERE ${conditions(where, set.length + 1)}`),
        encode: encoderOf([...set, ...where]),
      };
    },
    remove: (where) => ({
      statement: statement(`DELETE FROM ${name} WHERE ${conditions(where, 1)}`),
      encode: encoderOf(where),
    }),
  };
}

/** `processInstanceId` as `process_instance_id`. */
export function snakeCase(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** `interval` is a word of PostgreSQL's grammar, `key` one of SQLite's. */
function quoted(column: string): string {
  return column === 'interval' ? `"${column}"` : column;
}

function encodeValue(value: unknown, kind: ColumnKind, place: string): SqlValue {
  if (value === undefined) return null;
  if (kind === 'json') return JSON.stringify(value);
  switch (typeof value) {
    case 'string':
      if (kind === 'key' && value.length > keyLengthMax) {
        const expected = `Expected at most ${keyLengthMax} characters in ${place}`;
        throw new RangeError(`${expected} but found ${value.length}.`);
      }
      return escapedText(value);
    case 'number':
    case 'boolean':
      return toSqlValue(value);
    default:
      if (value === null) return null;
      throw new TypeError(`Expected a scalar in ${place} but found ${typeof value}.`);
  }
}

function decodeValue(value: SqlValue | undefined, kind: ColumnKind): unknown {
  switch (kind) {
    case 'key':
    case 'text':
      return optionalTextOf(value);
    case 'integer':
      return optionalIntegerOf(value);
    case 'boolean':
      return integerOf(value) === 1;
    case 'json': {
      return value === null || value === undefined ? undefined : (JSON.parse(textOf(value)) as unknown);
    }
    default:
      return kind satisfies never;
  }
}
