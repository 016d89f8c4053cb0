import Database from 'better-sqlite3';
import pg from 'pg';
import { databaseLocation } from '../../src/store/database-url.js';

/** The tables that the runtime writes, in no order that matters. */
export const tableNames = [
  'deployment',
  'resource',
  'process_definition',
  'decision_definition',
  'process_instance',
  'element_instance',
  'process_variable',
  'journal',
  'job',
  'timer',
  'user_task',
  'user_task_candidate',
  'incident',
  'message_subscription',
  'message',
  'message_start',
  'waiting_message_start',
  'signal_subscription',
  'start_subscription',
  'start_arrival',
  'delivery',
  'held_delivery',
  'idempotency',
  'login_session',
  'batch',
  'batch_item',
  'removed_instance',
] as const;

/** Of the journal, what instances have done: what is about the server alone belongs to none. */
function sourceOf(name: TableName): string {
  return name === 'journal' ? `journal WHERE process_instance_id <> ''` : name;
}

export type TableName = (typeof tableNames)[number];

/** A row by the names of its columns. */
export type TableRow = Readonly<Record<string, string | number | null>>;

export type Tables = Readonly<Record<TableName, readonly TableRow[]>>;

/** Everything in the database as one committed state, read past the store; also while a server uses it. Rows in the order of their text. */
export async function readTables(databaseUrl: string): Promise<Tables> {
  const location = databaseLocation(databaseUrl);
  return location.kind === 'sqlite' ? readSqlite(location.path) : readPostgres(location.url);
}

function readSqlite(path: string): Tables {
  const database = new Database(path, { readonly: true });
  try {
    const read = database.transaction(() =>
      tableNames.map((name) => [
        name,
        sorted(database.prepare(`SELECT * FROM ${sourceOf(name)}`).all() as TableRow[]),
      ]),
    );
    return Object.fromEntries(read()) as Tables;
  } finally {
    database.close();
  }
}

const int8 = 20;

async function readPostgres(url: string): Promise<Tables> {
  const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: 'text' | 'binary') =>
    oid === int8 ? Number : pg.types.getTypeParser(oid, format);
  const client = new pg.Client({ connectionString: url, types: { getTypeParser } });
  await client.connect();
  try {
    // All in one round trip, since this is done after each test.
    const begin = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';
    const reads = tableNames.map((name) => `SELECT * FROM ${sourceOf(name)}`);
    const answer: unknown = await client.query([begin, ...reads].join('; '));
    const [, ...results] = answer as readonly pg.QueryResult<TableRow>[];
    const entries = tableNames.map((name, index) => [name, sorted(results[index]?.rows ?? [])]);
    return Object.fromEntries(entries) as Tables;
  } finally {
    await client.end();
  }
}

function sorted(rows: readonly TableRow[]): readonly TableRow[] {
  return rows
    .map((row) => [JSON.stringify(row), row] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, row]) => row);
}
