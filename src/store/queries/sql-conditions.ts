import type { SqlValue } from '../sql-value.js';
import { composedStatement, type Statement } from '../statement.js';

/** A piece of SQL with a `?` for each of its parameters. */
export interface SqlPiece {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
}

/** Conditions that must all hold, put together one by one. What a caller gives is never text here: it is a parameter. */
export class SqlConditions implements SqlPiece {
  readonly #texts: string[] = [];
  readonly #parameters: SqlValue[] = [];

  add(sql: string, parameters: readonly SqlValue[] = []): void {
    this.#texts.push(sql);
    this.#parameters.push(...parameters);
  }

  /** Empty without conditions. */
  get sql(): string {
    return this.#texts.join(' AND ');
  }

  get parameters(): readonly SqlValue[] {
    return this.#parameters;
  }
}

/** The piece as a statement, its `?` as `$1`, `$2`, … */
export function composed({ sql, parameters }: SqlPiece): {
  readonly statement: Statement;
  readonly parameters: readonly SqlValue[];
} {
  let position = 0;
  return { statement: composedStatement(sql.replace(/\?/g, () => `$${(position += 1)}`)), parameters };
}
