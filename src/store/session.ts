import { type Dialect, type DialectName, perDialect } from './dialect.js';
import type { SqlRow, SqlValue } from './sql-value.js';
import { type Statement, statement } from './statement.js';
import type { Write } from './table.js';

/** What the ports need of one unit's connection. After the unit has ended every use throws. */
export interface Session {
  readonly dialect: Dialect;
  readonly now: number;
  /** Whether the unit has changed anything in the database. */
  readonly hasWritten: boolean;
  /** Writes now or before the next read or the commit, in the order of the calls. */
  write(statement: Statement, parameters: readonly SqlValue[]): void;
  /** Answers the rows, also of a statement that writes and has RETURNING. Sees everything written before. */
  read(statement: Statement, parameters: readonly SqlValue[]): Promise<readonly SqlRow[]>;
  /**
   * Answers the one row, locked. What another transaction has locked is waited for; a unit that shares its transaction is run again by
   * itself instead, since the others would wait along.
   */
  readLocked(read: LockingRead, parameters: readonly SqlValue[]): Promise<SqlRow | undefined>;
  /**
   * Takes a lock that lasts until the end of the transaction and waits for it; or, with `wait` false, answers false
   * when another transaction has it. SQLite's one writer has every lock.
   */
  lock(name: readonly string[], wait: boolean): Promise<boolean>;
  /** As {@link lock}, waiting; but several may have it at once, while nobody has the lock itself. */
  lockShared(name: readonly string[]): Promise<void>;
}

/** A read that locks the row it finds: one that waits for it, and one that passes over what another transaction has locked. */
export interface LockingRead {
  readonly waiting: Statement;
  readonly skipping: Statement;
}

/** Makes both, in both dialects, of a SELECT. */
export function lockingRead(select: string): Readonly<Record<DialectName, LockingRead>> {
  return perDialect(({ forUpdate, skipLocked }) => ({
    waiting: statement(`${select} ${forUpdate}`),
    skipping: statement(`${select} ${skipLocked}`),
  }));
}

/** Reads of committed state. */
export interface Reader {
  readonly dialect: Dialect;
  /** Runs the statements one after the other; they may see different states. */
  readAll(
    reads: readonly { readonly statement: Statement; readonly parameters: readonly SqlValue[] }[],
  ): Promise<readonly (readonly SqlRow[])[]>;
}

/** Writes one row. */
export function writeRow<Row>(session: Session, write: Write<Row>, row: Row): void {
  session.write(write.statement, write.encode(row));
}
