import pg from 'pg';
import type { SqlRow, SqlValue } from '../sql-value.js';
import type { Statement } from '../statement.js';

/** A statement with its parameters. */
export interface BatchItem {
  readonly statement: Statement;
  readonly parameters: readonly SqlValue[];
}

/** What one statement answered: its rows, and the tag of the command, such as `UPDATE 1`. */
export interface BatchResult {
  readonly rows: readonly SqlRow[];
  readonly tag: string;
}

/** The database refused a statement of a batch. Those behind it were not done. */
export class StatementFailed extends Error {
  override readonly name = 'StatementFailed';

  constructor(
    readonly item: BatchItem | undefined,
    readonly databaseError: pg.DatabaseError,
  ) {
    super(databaseError.message, { cause: databaseError });
  }
}

/** The statements that each connection has prepared, or may have: a batch that failed does not tell. */
const preparedStatements = new WeakMap<pg.ClientBase, Map<string, 'prepared' | 'unsure'>>();

/**
 * Runs statements in one round trip: all are sent at once and followed by one Sync (PostgreSQL's extended query protocol),
 * so that the first that fails ends the batch. Outside a transaction a batch is one transaction itself.
 * @throws StatementFailed where the database refuses a statement; any other error means that the connection is lost.
 */
export function runBatch(
  client: pg.ClientBase,
  items: readonly BatchItem[],
): Promise<readonly BatchResult[]> {
  return new Promise((resolve, reject) => {
    client.query(new Batch(client, items, { resolve, reject }));
  });
}

interface Settling {
  resolve(results: readonly BatchResult[]): void;
  reject(error: unknown): void;
}

/** What node-postgres asks of a query of one's own making, as it does of its cursors. */
class Batch implements pg.Submittable {
  readonly #items: readonly BatchItem[];
  readonly #settling: Settling;
  readonly #prepared: Map<string, 'prepared' | 'unsure'>;
  readonly #parsed = new Set<string>();
  readonly #results: BatchResult[] = [];
  #rows: SqlRow[] = [];

  constructor(client: pg.ClientBase, items: readonly BatchItem[], settling: Settling) {
    this.#items = items;
    this.#settling = settling;
    this.#prepared = preparedStatements.get(client) ?? new Map<string, 'prepared' | 'unsure'>();
    preparedStatements.set(client, this.#prepared);
  }

  submit(connection: pg.Connection): void {
    connection.stream.cork();
    try {
      for (const { statement, parameters } of this.#items) {
        this.#prepare(connection, statement);
        const values = parameters.map((value) => (value === null ? null : String(value)));
        connection.bind({ statement: statement.name, values }, true);
        connection.execute({}, true);
      }
      connection.sync();
    } finally {
      connection.stream.uncork();
    }
  }

  handleRowDescription(): void {}

  handleDataRow({ fields }: { readonly fields: SqlRow }): void {
    this.#rows.push(fields);
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.#results.push({ rows: this.#rows, tag: text });
    this.#rows = [];
  }

  handleReadyForQuery(): void {
    for (const name of this.#parsed) this.#prepared.set(name, 'prepared');
    this.#settling.resolve(this.#results);
  }

  handleError(error: unknown): void {
    const failed =
      error instanceof pg.DatabaseError
        ? new StatementFailed(this.#items[this.#results.length], error)
        : error;
    this.#settling.reject(failed);
  }

  #prepare(connection: pg.Connection, statement: Statement): void {
    const { name } = statement;
    const state = this.#prepared.get(name);
    if (name !== '' && (state === 'prepared' || this.#parsed.has(name))) return;
    if (state === 'unsure') connection.close({ type: 'S', name }, true);
    connection.parse({ name, text: textOf(statement), types: [] }, true);
    if (name === '') return;
    this.#prepared.set(name, 'unsure');
    this.#parsed.add(name);
  }
}

/**
 * The statement as PostgreSQL gets it. One that must change a row fails by a division by zero when it changes none, so
 * that a COMMIT sent along with it does nothing.
 */
function textOf({ sql, changesOneRow }: Statement): string {
  return changesOneRow ? `WITH changed AS (${sql} RETURNING 1) SELECT 1 / count(*) FROM changed` : sql;
}
