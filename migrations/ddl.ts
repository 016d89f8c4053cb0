import type { Knex } from 'knex';

/** The words in which the two databases' table definitions differ. */
export interface Ddl {
  readonly isPostgres: boolean;
  /** Text compared and sorted by its UTF-8 bytes on both databases, whatever the locale of the server. */
  readonly text: string;
  /** A whole number of 64 bits; also times in milliseconds since the epoch, and 0 or 1. */
  readonly integer: string;
  /** A primary key that rises with every row and is never given out twice. */
  readonly sequence: string;
  /** Ends a table definition: values must have the type of their column. */
  readonly strict: string;
  /** As `strict`, for tables that are small in width and read by their primary key: kept in its order. */
  readonly byKey: string;
}

/** The table definition words of the database that `knex` talks to. */
export function ddlOf(knex: Knex): Ddl {
  const isPostgres = knex.client.config.client === 'pg';
  return isPostgres
    ? {
        isPostgres,
        text: 'TEXT COLLATE "C"',
        integer: 'BIGINT',
        sequence: 'BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
        strict: '',
        byKey: '',
      }
    : {
        isPostgres,
        text: 'TEXT',
        integer: 'INTEGER',
        sequence: 'INTEGER PRIMARY KEY AUTOINCREMENT',
        strict: 'STRICT',
        byKey: 'STRICT, WITHOUT ROWID',
      };
}

/** Runs the statements one after the other. */
export async function runAll(knex: Knex, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await knex.raw(statement);
}

/**
 * PostgreSQL: rows of these tables come and go quickly. Clean up after 2 % of dead rows instead of 20 %, or the
 * scans from the front of their indexes wade through what has long been deleted.
 */
export async function vacuumEagerly(knex: Knex, tables: readonly string[]): Promise<void> {
  if (!ddlOf(knex).isPostgres) return;
  const settings = 'autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05';
  await runAll(
    knex,
    tables.map((table) => `ALTER TABLE ${table} SET (${settings})`),
  );
}
