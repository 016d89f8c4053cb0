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
  /** As `forKeyShare`, but passes over rows that another transaction is deleting. */
  readonly keyShareSkipLocked: string;
  /** An expression that makes a JSON string of a text. */
  jsonString(expression: string): string;
  /**
   * Whether a column has one of the texts in a JSON array. PostgreSQL gets an array: of a subselect it does not know how few texts it has, and
   * may keep a plan that goes through the whole table, made while that was small.
   */
  isIn(column: string, parameter: string): string;
  /**
   * Whether a column has one of the texts that a subselect answers. PostgreSQL gets an array, as for {@link isIn}: it looks each of them up,
   * however many it believes there to be.
   */
  isAmong(column: string, subselect: string): string;
  /** Whether two columns are one of the pairs of a text and a whole number in a JSON array. */
  isPairIn(text: string, number: string, parameter: string): string;
  /** A table, with the one column `value`, of the texts in a JSON array. */
  jsonRows(parameter: string): string;
}

export const sqliteDialect: Dialect = {
  name: 'sqlite',
  forUpdate: '',
  skipLocked: '',
  forKeyShare: '',
  keyShareSkipLocked: '',
  jsonString: (expression) => `json_quote(${expression})`,
  isIn: (column, parameter) => `${column} IN (SELECT value FROM json_each(${parameter}))`,
  isAmong: (column, subselect) => `${column} IN (${subselect})`,
  isPairIn: (text, number, parameter) =>
    `(${text}, ${number}) IN (SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(${parameter}))`,
  jsonRows: (parameter) => `json_each(${parameter})`,
};

export const postgresDialect: Dialect = {
  name: 'postgres',
  forUpdate: 'FOR UPDATE',
  skipLocked: 'FOR UPDATE SKIP LOCKED',
  forKeyShare: 'FOR KEY SHARE',
  keyShareSkipLocked: 'FOR KEY SHARE SKIP LOCKED',
  jsonString: (expression) => `to_json(${expression})::text`,
  isIn: (column, parameter) => `${column} = ANY (ARRAY(SELECT json_array_elements_text(${parameter}::json)))`,
  isAmong: (column, subselect) => `${column} = ANY (ARRAY(${subselect}))`,
  isPairIn: (text, number, parameter) =>
    `${text} = ANY (ARRAY(SELECT pair->>0 FROM json_array_elements(${parameter}::json) AS pair))
     AND (${text}, ${number}) IN (SELECT pair->>0, (pair->>1)::bigint FROM json_array_elements(${parameter}::json) AS pair)`,
  jsonRows: (parameter) => `json_array_elements_text(${parameter}::json) AS element(value)`,
};

/** Makes something of each dialect once, when the module is loaded. */
export function perDialect<T>(make: (dialect: Dialect) => T): Readonly<Record<DialectName, T>> {
  return { sqlite: make(sqliteDialect), postgres: make(postgresDialect) };
}
