import Database from 'better-sqlite3';
import pg from 'pg';
import { databaseLocation } from '../../src/store/database-url.js';
import { type TableName, tableNames, type TableRow, type Tables } from './read-tables.js';

const rowsTogether = 100;

/**
 * Writes rows into a database that has the tables and no rows, past the store: of each row what the schema there has columns for, so
 * that an earlier schema gets what an earlier release would have written.
 */
export async function writeTables(databaseUrl: string, tables: Tables): Promise<void> {
  const location = databaseLocation(databaseUrl);
  if (location.kind === 'sqlite') writeSqlite(location.path, tables);
  else await writePostgres(location.url, tables);
}

function writeSqlite(path: string, tables: Tables): void {
  const database = new Database(path);
  try {
    database.transaction(() => {
      for (const name of tableNames) {
        const known = database.pragma(`table_info(${name})`) as readonly { readonly name: string }[];
        const columns = columnsOf(
          tables[name],
          known.map((column) => column.name),
        );
        if (columns.length === 0) continue;
        const values = columns.map(() => '?').join();
        const insert = database.prepare(`INSERT INTO ${name} (${columns.join()}) VALUES (${values})`);
        for (const row of tables[name]) insert.run(columns.map((column) => row[column]));
      }
    })();
  } finally {
    database.close();
  }
}

async function writePostgres(url: string, tables: Tables): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('SET session_replication_role = replica');
    for (const name of tableNames) await writeTable(client, name, tables[name]);
    await client.query(
      `SELECT setval(pg_get_serial_sequence('journal', 'sequence'), (SELECT coalesce(max(sequence), 1) FROM journal))`,
    );
  } finally {
    await client.end();
  }
}

async function writeTable(client: pg.Client, name: TableName, rows: readonly TableRow[]): Promise<void> {
  const known = await client.query<{ column_name: string }>(
    `SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1`,
    [name],
  );
  const columns = columnsOf(
    rows,
    known.rows.map(({ column_name: column }) => column),
  );
  if (columns.length === 0) return;
  for (let from = 0; from < rows.length; from += rowsTogether) {
    const some = rows.slice(from, from + rowsTogether);
    const place = (row: number, column: number): string => `$${row * columns.length + column + 1}`;
    const values = some.map((_row, row) => `(${columns.map((_name, column) => place(row, column)).join()})`);
    await client.query(
      `INSERT INTO ${name} (${columns.join()}) OVERRIDING SYSTEM VALUE VALUES ${values.join()}`,
      some.flatMap((row) => columns.map((column) => row[column])),
    );
  }
}

function columnsOf(rows: readonly TableRow[], known: readonly string[]): readonly string[] {
  return Object.keys(rows[0] ?? {}).filter((column) => known.includes(column));
}
