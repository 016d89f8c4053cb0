import { postgresDialect } from '../dialect.js';
import { errorOf } from '../error-of.js';
import type { LockingRead, Session } from '../session.js';
import type { SqlRow, SqlValue } from '../sql-value.js';
import { isPureRead, type Statement } from '../statement.js';
import { advisoryLock, lockNumber, sharedAdvisoryLock } from './advisory-lock.js';
import type { BatchItem, BatchResult } from './batch.js';
import type { PooledConnection } from './connection-pool.js';
import type { ReadAhead } from './first-read.js';

/**
 * The writes of one transaction on their way: kept back until a statement reads, which takes them along in its round trip,
 * or until the commit.
 */
export class WriteBuffer {
  readonly #connection: PooledConnection;
  #items: BatchItem[] = [];
  #failure: Error | undefined;

  constructor(connection: PooledConnection) {
    this.#connection = connection;
  }

  /** What the first statement that failed threw: the transaction can only be rolled back. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  get length(): number {
    return this.#items.length;
  }

  add(item: BatchItem): void {
    this.#items.push(item);
  }

  /** Forgets the writes from that position on. */
  truncate(length: number): void {
    this.#items.length = length;
  }

  /** Sends all that was kept back, and these; answers the results of these. */
  async send(items: readonly BatchItem[]): Promise<readonly BatchResult[]> {
    const all = [...this.#items, ...items];
    this.#items = [];
    try {
      const results = await this.#connection.run(all);
      return results.slice(results.length - items.length);
    } catch (error) {
      this.#failure ??= errorOf(error);
      throw error;
    }
  }
}

/** The unit would have to wait for another transaction, which those that share its own must not: it is to be run by itself. */
export class NeedsOwnTransaction extends Error {
  override readonly name = 'NeedsOwnTransaction';
}

/** One unit's use of a transaction on PostgreSQL. */
export class PostgresSession implements Session {
  readonly dialect = postgresDialect;
  readonly now: number;
  readonly #buffer: WriteBuffer;
  readonly #readAhead: ReadAhead | undefined;
  /** Whether it waits for what others have locked, or leaves the transaction instead. */
  readonly #waits: boolean;
  hasWritten = false;
  /** Where this unit's writes begin in the buffer. */
  #begin: number;
  #hasLeftTraces = false;
  #closed = false;
  #needsOwnTransaction = false;

  constructor(
    buffer: WriteBuffer,
    options: { readonly now: number; readonly waits: boolean; readonly readAhead?: ReadAhead | undefined },
  ) {
    this.#buffer = buffer;
    this.#begin = buffer.length;
    this.now = options.now;
    this.#waits = options.waits;
    this.#readAhead = options.readAhead;
  }

  /** Whether it has thrown {@link NeedsOwnTransaction}, also where the unit has caught that. */
  get needsOwnTransaction(): boolean {
    return this.#needsOwnTransaction;
  }

  write(statement: Statement, parameters: readonly SqlValue[]): void {
    this.#expectOpen();
    this.hasWritten = true;
    this.#readAhead?.forget();
    this.#buffer.add({ statement, parameters });
  }

  async read(statement: Statement, parameters: readonly SqlValue[]): Promise<readonly SqlRow[]> {
    this.#expectOpen();
    const known = this.#readAhead?.take(statement, parameters);
    if (known !== undefined) return known;
    const isPure = isPureRead(statement);
    if (this.#buffer.length > this.#begin || !isPure) this.#hasLeftTraces = true;
    this.#begin = 0;
    const [result] = await this.#buffer.send([{ statement, parameters }]);
    const rows = result?.rows ?? [];
    if (rows.length > 0 && !isPure) this.hasWritten = true;
    return rows;
  }

  async readLocked(
    { waiting, skipping }: LockingRead,
    parameters: readonly SqlValue[],
  ): Promise<SqlRow | undefined> {
    const known = this.#readAhead?.take(waiting, parameters);
    const [row] = known ?? (await this.read(this.#waits ? waiting : skipping, parameters));
    // It is not there, or another transaction has it.
    if (row === undefined && !this.#waits) throw this.#leave();
    return row;
  }

  async lock(name: readonly string[], wait: boolean): Promise<boolean> {
    if (wait) {
      await this.#lock(advisoryLock, name);
      return true;
    }
    const [row] = await this.read(advisoryLock.trying, [lockNumber(name)]);
    return row?.[0] === 't';
  }

  lockShared(name: readonly string[]): Promise<void> {
    return this.#lock(sharedAdvisoryLock, name);
  }

  /** Takes back what the unit has written; false when some of it is in the database already. */
  takeBack(): boolean {
    if (this.#hasLeftTraces) return false;
    this.#buffer.truncate(this.#begin);
    return true;
  }

  close(): void {
    this.#closed = true;
  }

  async #lock({ waiting, trying }: typeof advisoryLock, name: readonly string[]): Promise<void> {
    const [row] = await this.read(this.#waits ? waiting : trying, [lockNumber(name)]);
    if (!this.#waits && row?.[0] !== 't') throw this.#leave();
  }

  #leave(): NeedsOwnTransaction {
    this.#needsOwnTransaction = true;
    return new NeedsOwnTransaction('The unit would wait for another transaction.');
  }

  #expectOpen(): void {
    if (this.#closed) throw new Error('Expected an open unit of work but it has ended.');
  }
}
