/** The databases that the store runs on. */
export type DialectName = 'sqlite' | 'postgres';

/** Where the SQL of the two databases differs. Everything else is written once. */
export interface Dialect {
  readonly name: DialectName;
  /** Ends a SELECT whose rows are locked until the end of the transaction. SQLite has one writer and needs none. */
  readonly forUpdate: string;
  /** As `forUpdate`, but passes over rows that another transaction has locked. */
  readonly skipLocked: string;
  /** Ends a SELECT whose rows are not deleted before the end of the transaction; one that is being deleted is waited for, and not found. */
  readonly forKeyShare: string;
  /** An expression that makes a JSON string of a text. */
  jsonString(expression: string): string;
  /** A subselect of the texts in a JSON array. */
  jsonElements(parameter: string): string;
  /** A subselect of the pairs of a text and a whole number in a JSON array. */
  jsonPairs(parameter: string): string;
  /** A table, with the one column `value`, of the texts in a JSON array. */
  jsonRows(parameter: string): string;
}

export const sqliteDialect: Dialect = {
  name: 'sqlite',
  forUpdate: '',
  skipLocked: '',
  forKeyShare: '',
  jsonString: (expression) => `json_quote(${expression})`,
  jsonElements: (parameter) => `(SELECT value FROM json_each(${parameter}))`,
  jsonPairs: (parameter) =>
    `(SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(${parameter}))`,
  jsonRows: (parameter) => `json_each(${parameter})`,
};

export const postgresDialect: Dialect = {
  name: 'postgres',
  forUpdate: 'FOR UPDATE',
  skipLocked: 'FOR UPDATE SKIP LOCKED',
  forKeyShare: 'FOR KEY SHARE',
  jsonString: (expression) => `to_json(${expression})::text`,
  jsonElements: (parameter) => `(SELECT json_array_elements_text(${parameter}::json))`,
  jsonPairs: (parameter) =>
    `(SELECT pair->>0, (pair->>1)::bigint FROM json_array_elements(${parameter}::json) AS pair)`,
  jsonRows: (parameter) => `json_array_elements_text(${parameter}::json) AS element(value)`,
};

/** Makes something of each dialect once, when the module is loaded. */
export function perDialect<T>(make: (dialect: Dialect) => T): Readonly<Record<DialectName, T>> {
  return { sqlite: make(sqliteDialect), postgres: make(postgresDialect) };
}
