import Database from 'better-sqlite3';
import type { SqlRow, SqlValue } from '../sql-value.js';
import { RevisionConflict, type Statement } from '../statement.js';

/** SQLite's number for `synchronous = FULL`: the write-ahead log is flushed to disk at every commit. */
const fullSynchronous = 2;

/** How long another process (a backup tool, an operator's shell) may hold up a commit, which holds up the server. */
const busyTimeoutMs = 2_000;

interface Prepared {
  readonly prepared: Database.Statement<[readonly SqlValue[]], SqlRow>;
  /** Positions in the parameters, one for each `?`. */
  readonly order: readonly number[];
  /** Each parameter stands once, in their order. */
  readonly isInOrder: boolean;
}

/**
 * Pages that a connection keeps, in KiB. Those of a reader are out of date after each commit, and are thrown away one by one then. SQLite
 * goes through the writer's at most commits, since it balances its trees by a page number far behind the last: a large cache costs more
 * there than the pages of the file, which the system keeps, cost to read.
 */
const writerCacheKib = 16_384;
const readerCacheKib = 4_096;

/** How many statements that searches have composed stay prepared. */
const composedMax = 200;

/** A connection to a SQLite file, with each statement prepared once. */
export class SqliteConnection {
  readonly #database: Database.Database;
  readonly #prepared = new Map<string, Prepared>();
  readonly #composed = new Map<string, Prepared>();

  constructor(database: Database.Database) {
    this.#database = database;
  }

  /** Runs a statement that answers no rows. */
  run(statement: Statement, parameters: readonly SqlValue[]): void {
    const entry = this.#prepare(statement);
    const { changes } = entry.prepared.run(bound(parameters, entry));
    if (statement.changesOneRow && changes !== 1) {
      throw new RevisionConflict(`Expected to change one row but found ${changes}: ${statement.sql}`);
    }
  }

  /** Runs a statement that answers rows: SELECT, or anything with RETURNING. */
  all(statement: Statement, parameters: readonly SqlValue[]): readonly SqlRow[] {
    const entry = this.#prepare(statement);
    return entry.prepared.all(bound(parameters, entry));
  }

  /** Whether a transaction is open; some errors of SQLite end it. */
  get inTransaction(): boolean {
    return this.#database.inTransaction;
  }

  get isOpen(): boolean {
    return this.#database.open;
  }

  close(): void {
    this.#database.close();
  }

  #prepare(statement: Statement): Prepared {
    const kept = statement.isComposed ? this.#composed : this.#prepared;
    const known = kept.get(statement.sql);
    if (known !== undefined) return known;
    const order: number[] = [];
    const sql = statement.sql.replace(/\$(\d+)/g, (_, position) => {
      order.push(Number(position) - 1);
      return '?';
    });
    const prepared = this.#database.prepare<[readonly SqlValue[]], SqlRow>(sql);
    const entry: Prepared = {
      prepared: prepared.reader ? prepared.raw(true) : prepared,
      order,
      isInOrder: order.every((position, index) => position === index),
    };
    const [oldest] = this.#composed.keys();
    if (this.#composed.size >= composedMax && oldest !== undefined) this.#composed.delete(oldest);
    kept.set(statement.sql, entry);
    return entry;
  }
}

/** A value for each `?` of SQLite; `$1` may stand in several places. */
function bound(parameters: readonly SqlValue[], { order, isInOrder }: Prepared): readonly SqlValue[] {
  if (isInOrder && parameters.length === order.length) return parameters;
  return order.map((index) => parameters[index] ?? null);
}

/**
 * After so many pages of the log SQLite copies them into the file, which holds up everybody: 4,000 for 20 ms, in a large file that is changed
 * all over. Half of that is not dearer (`docs/performance.md`).
 */
const checkpointPages = 2_000;

/**
 * Opens a connection that survives power loss: write-ahead log, flushed at each commit. The driver leaves write-ahead
 * logging at NORMAL (commits may be lost), so FULL is set on every connection and read back.
 */
export function openSqliteConnection(
  path: string,
  options: { readonly readonly?: boolean } = {},
): SqliteConnection {
  const { readonly = false } = options;
  const database = new Database(path, { readonly, timeout: busyTimeoutMs });
  try {
    expectPragma(database, 'journal_mode', 'WAL', 'wal');
    expectPragma(database, 'synchronous', 'FULL', fullSynchronous);
    expectPragma(database, 'foreign_keys', 'ON', 1);
    database.pragma(`cache_size = -${readonly ? readerCacheKib : writerCacheKib}`);
    database.pragma('temp_store = MEMORY');
    database.pragma(`wal_autocheckpoint = ${checkpointPages}`);
    database.pragma('journal_size_limit = 67108864');
    return new SqliteConnection(database);
  } catch (error) {
    database.close();
    throw error;
  }
}

function expectPragma(database: Database.Database, name: string, value: string, expected: unknown): void {
  database.pragma(`${name} = ${value}`);
  const found = database.pragma(name, { simple: true });
  if (found !== expected) {
    throw new Error(`Expected SQLite's ${name} to be ${String(expected)} but found ${String(found)}.`);
  }
}
