import { sqliteDialect } from '../dialect.js';
import { errorOf } from '../error-of.js';
import type { LockingRead, Session } from '../session.js';
import type { SqlRow, SqlValue } from '../sql-value.js';
import { isPureRead, type Statement } from '../statement.js';
import type { SqliteConnection } from './sqlite-connection.js';

/** One unit's use of the writing connection. Every statement is done at once. */
export class SqliteSession implements Session {
  readonly dialect = sqliteDialect;
  readonly now: number;
  readonly #connection: SqliteConnection;
  hasWritten = false;
  #closed = false;
  #failure: Error | undefined;

  constructor(connection: SqliteConnection, now: number) {
    this.#connection = connection;
    this.now = now;
  }

  /** What the first statement that failed threw. It fails the unit, also when the unit caught it. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  write(statement: Statement, parameters: readonly SqlValue[]): void {
    this.hasWritten = true;
    this.#attempt(() => this.#connection.run(statement, parameters));
  }

  read(statement: Statement, parameters: readonly SqlValue[]): Promise<readonly SqlRow[]> {
    try {
      const rows = this.#attempt(() => this.#connection.all(statement, parameters));
      if (rows.length > 0 && !isPureRead(statement)) this.hasWritten = true;
      return Promise.resolve(rows);
    } catch (error) {
      return Promise.reject(errorOf(error));
    }
  }

  async readLocked({ waiting }: LockingRead, parameters: readonly SqlValue[]): Promise<SqlRow | undefined> {
    const [row] = await this.read(waiting, parameters);
    return row;
  }

  lock(): Promise<boolean> {
    return Promise.resolve(true);
  }

  lockShared(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.#closed = true;
  }

  #attempt<T>(use: () => T): T {
    if (this.#closed) throw new Error('Expected an open unit of work but it has ended.');
    try {
      return use();
    } catch (error) {
      this.#failure ??= errorOf(error);
      throw error;
    }
  }
}
