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

/** Defines a statement; once, when the module is loaded. */
export function statement(sql: string, options: { readonly changesOneRow?: boolean } = {}): Statement {
  const text = sql.replace(/\s+/g, ' ').trim();
  const name = `t_${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
  return { sql: text, name, changesOneRow: options.changesOneRow ?? false, isComposed: false };
}

/** A statement that a search has composed. */
export function composedStatement(sql: string): Statement {
  return { sql, name: '', changesOneRow: false, isComposed: true };
}

/** A read whose first parameter is the tenant. Throws, when the module is loaded, if its text does not ask for it. */
export function tenantStatement(sql: string): Statement {
  if (!/\btenant_id = \$1\b/.test(sql)) {
    throw new Error(`Expected a statement with the condition tenant_id = $1 but found: ${sql}`);
  }
  return statement(sql);
}
