import type { Logger } from '../../platform/logger.js';
import {
  type HintLine,
  type Queries,
  type Store,
  StoreUnavailable,
  type Transaction,
} from '../../runtime/ports.js';
import { errorOf } from '../error-of.js';
import { sqliteDialect } from '../dialect.js';
import { InstanceCache } from '../instance-cache.js';
import { createQueries } from '../queries/queries.js';
import type { Reader } from '../session.js';
import { statement } from '../statement.js';
import { GroupCommit } from './group-commit.js';
import { openSqliteConnection, type SqliteConnection } from './sqlite-connection.js';
import type { StoreLoad, StoreMeter } from '../store-metrics.js';
import { unavailability } from './sqlite-errors.js';
import { type FileLock, lockSqliteFile } from './sqlite-file-lock.js';

const ping = statement('SELECT 1 FROM sqlite_master LIMIT 1');

interface OpenOptions {
  readonly now: () => number;
  /** As {@link GroupCommit} takes it. */
  readonly elapsed?: () => number;
  readonly logger: Logger;
  readonly meter?: StoreMeter;
  prepare(): Promise<void>;
}

/** A store over one SQLite file: one connection that writes, and one that reads what is committed. */
export class SqliteStore implements Store {
  readonly isSerial = true;
  readonly queries: Queries;
  readonly #lock: FileLock;
  readonly #connections: Connections;
  readonly #commits: GroupCommit;
  readonly #reads: Reader;
  #closing: Promise<void> | undefined;

  private constructor(
    lock: FileLock,
    connections: Connections,
    { now, elapsed, logger, meter }: Pick<OpenOptions, 'now' | 'elapsed' | 'logger' | 'meter'>,
  ) {
    this.#lock = lock;
    this.#connections = connections;
    this.#commits = new GroupCommit({
      connection: connections.writer,
      cache: new InstanceCache(),
      now,
      ...(elapsed && { elapsed }),
      logger,
      ...(meter && { meter }),
    });
    this.#reads = createSqliteReader(connections);
    this.queries = createQueries(this.#reads);
  }

  /** Opens the file; `prepare` brings it to the schema of this release, under the file's lock. */
  static async open(path: string, options: OpenOptions): Promise<SqliteStore> {
    const lock = lockSqliteFile(path);
    try {
      await options.prepare();
      return new SqliteStore(lock, openConnections(path), options);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  transact<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#commits.run(work);
  }

  async ping(): Promise<void> {
    await this.#reads.readAll([{ statement: ping, parameters: [] }]);
  }

  load(): StoreLoad {
    return { units: this.#commits.waiting };
  }

  /** A file has one server: there is nobody to tell. */
  openHints(): HintLine {
    return { tell: () => undefined, close: () => Promise.resolve() };
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#finish());
  }

  async #finish(): Promise<void> {
    await this.#commits.close();
    this.#connections.reader.close();
    this.#connections.writer.close();
    this.#lock.release();
  }
}

interface Connections {
  readonly writer: SqliteConnection;
  readonly reader: SqliteConnection;
}

function openConnections(path: string): Connections {
  const writer = openSqliteConnection(path);
  try {
    return { writer, reader: openSqliteConnection(path, { readonly: true }) };
  } catch (error) {
    writer.close();
    throw error;
  }
}

/**
 * Reads of one committed state after another. The driver is synchronous, so that one connection serves all: the writing one between two
 * transactions, for it keeps its pages, while those of the other are out of date after each commit.
 */
function createSqliteReader({ writer, reader }: Connections): Reader {
  return {
    dialect: sqliteDialect,
    readAll(reads) {
      const connection = writer.isOpen && !writer.inTransaction ? writer : reader;
      if (!connection.isOpen) return Promise.reject(new StoreUnavailable('The store is closed.'));
      try {
        const results = reads.map(({ statement: read, parameters }) => connection.all(read, parameters));
        return Promise.resolve(results);
      } catch (error) {
        return Promise.reject(unavailability(error) ?? errorOf(error));
      }
    },
  };
}
