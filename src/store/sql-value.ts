/** What goes into and comes out of a statement. PostgreSQL's driver answers whole numbers as text: see `integerOf`. */
export type SqlValue = string | number | null;

/** A row by position, in the order of the statement's columns. */
export type SqlRow = readonly SqlValue[];

/** What a caller may hand in where the column is text or a number: undefined is NULL, true is 1. */
export type SqlInput = SqlValue | boolean | undefined;

/** Stands for the NUL character, which PostgreSQL cannot keep in a text; and for itself, followed by `1`. */
const escapeCharacter = '\u001a';

/**
 * The value as both databases can keep it. A NUL character in a text becomes two others (and back in `textOf`), so that
 * data with one is stored and found like any other. JSON text never has one: there it is written `\u0000`.
 */
export function toSqlValue(value: SqlInput): SqlValue {
  if (typeof value === 'string') return escapedText(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  return value ?? null;
}

/** A text column's value; undefined for NULL. */
export function optionalTextOf(value: SqlValue | undefined): string | undefined {
  if (value === null || value === undefined) return undefined;
  const text = String(value);
  return text.includes(escapeCharacter) ? unescapeText(text) : text;
}

/** The value of a text column that is never NULL. */
export function textOf(value: SqlValue | undefined): string {
  const text = optionalTextOf(value);
  if (text === undefined) throw new TypeError('Expected a text from the database but found NULL.');
  return text;
}

/** A whole number; undefined for NULL. */
export function optionalIntegerOf(value: SqlValue | undefined): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}

/** The value of a whole number's column that is never NULL. */
export function integerOf(value: SqlValue | undefined): number {
  const integer = optionalIntegerOf(value);
  if (integer === undefined) throw new TypeError('Expected a number from the database but found NULL.');
  return integer;
}

/** As `toSqlValue` does it with texts. */
export function escapedText(text: string): string {
  if (!text.includes('\0') && !text.includes(escapeCharacter)) return text;
  return text.replaceAll(escapeCharacter, `${escapeCharacter}1`).replaceAll('\0', `${escapeCharacter}0`);
}

function unescapeText(text: string): string {
  return text.replaceAll(`${escapeCharacter}0`, '\0').replaceAll(`${escapeCharacter}1`, escapeCharacter);
}
