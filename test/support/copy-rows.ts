import Database from 'better-sqlite3';
import pg from 'pg';
import { databaseLocation } from '../../src/store/database-url.js';

export interface Copies {
  readonly table: string;
  /** The row that is copied, as a condition. */
  readonly where: string;
  /** Each copy has a number: from this, */
  readonly from: number;
  /** up to the one before this. */
  readonly to: number;
  /** By column what is different in a copy, in SQL; `i` is its number. */
  readonly set: Readonly<Record<string, string>>;
}

/** Copies one row very many times, past the store: in a second what would take a server minutes. */
export async function copyRows(databaseUrl: string, copies: Copies): Promise<void> {
  const { table } = copies;
  const columns = await columnsOf(databaseUrl, table);
  await writeSql(databaseUrl, copying(copies, columns));
  // PostgreSQL looks at a table by itself in time.
  if (databaseLocation(databaseUrl).kind === 'postgres') await writeSql(databaseUrl, `ANALYZE ${table}`);
}

/** Runs a statement past the store. */
export async function writeSql(databaseUrl: string, sql: string): Promise<void> {
  const location = databaseLocation(databaseUrl);
  if (location.kind === 'postgres')
    return void (await withClient(location.url, (client) => client.query(sql)));
  const database = new Database(location.path);
  try {
    database.exec(sql);
  } finally {
    database.close();
  }
}

async function columnsOf(databaseUrl: string, table: string): Promise<readonly string[]> {
  const location = databaseLocation(databaseUrl);
  if (location.kind === 'postgres') {
    const { fields } = await withClient(location.url, (client) =>
      client.query(`SELECT * FROM ${table} LIMIT 0`),
    );
    return fields.map(({ name }) => name);
  }
  const database = new Database(location.path);
  try {
    return (database.pragma(`table_info(${table})`) as { readonly name: string }[]).map(({ name }) => name);
  } finally {
    database.close();
  }
}

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

function copying({ table, where, from, to, set }: Copies, columns: readonly string[]): string {
  return `INSERT INTO ${table} (${columns.join(', ')})
    WITH RECURSIVE n (i) AS (SELECT ${from} UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${to})
    SELECT ${columns.map((name) => set[name] ?? `one.${name}`).join(', ')} FROM n, ${table} AS one WHERE ${where}`;
}
