import { createHash } from 'node:crypto';

/** A statement that is prepared once per connection. Parameters are `$1`, `$2`, … on both databases. */
export interface Statement {
  readonly sql: string;
  /** Its name as a prepared statement on PostgreSQL: the same for the same text in every process. */
  readonly name: string;
  /** Fails with {@link RevisionConflict} unless it changes exactly one row. */
  readonly changesOneRow: boolean;
  /** Made for one search; a connection keeps only so many of these. */
  readonly isComposed: boolean;
}

/** Someone else has saved the row since it was loaded; the unit of work runs again. */
export class RevisionConflict extends Error {
  override readonly name = 'RevisionConflict';
}

/** Whether the statement changes nothing, whatever it answers. */
export function isPureRead({ sql }: Statement): boolean {
  return sql.startsWith('SELECT');
}

/** Every statement that a connection may prepare and keep, of both databases, by name. */
export const preparedStatements = new Map<string, Statement>();

/** Defines a statement; once, when the module is loaded. */
export function statement(sql: string, options: { readonly changesOneRow?: boolean } = {}): Statement {
  const text = sql.replace(/\s+/g, ' ').trim();
  const name = `t_${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
  const defined = { sql: text, name, changesOneRow: options.changesOneRow ?? false, isComposed: false };
  preparedStatements.set(name, defined);
  return defined;
}

/** A statement that a search has composed. */
export function composedStatement(sql: string): Statement {
  return { sql, name: '', changesOneRow: false, isComposed: true };
}

/**
 * The condition that a row is the tenant's, for statements that name rows by their ids: no index is asked for it. Of an index that begins
 * with the tenant PostgreSQL would otherwise believe, for as long as it knows little about a table, that it finds the row as fast as the
 * primary key does.
 */
export function isOfTenant(parameter: string): string {
  return `(tenant_id = ${parameter}) IS TRUE`;
}

/** A read whose first parameter is the tenant. Throws, when the module is loaded, if its text does not ask for it. */
export function tenantStatement(sql: string): Statement {
  if (!/\btenant_id = \$1\b/.test(sql)) {
    throw new Error(`Expected a statement with the condition tenant_id = $1 but found: ${sql}`);
  }
  return statement(sql);
}
