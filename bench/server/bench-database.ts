import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { BenchOptions } from './bench-options.js';

/** An empty database of its own, and a folder for the files of a run. */
export interface BenchDatabase {
  readonly databaseUrl: string;
  readonly folder: string;
  remove(): Promise<void>;
}

/** Where databases are made: `BENCH_POSTGRES_URL`, or the server on this machine. */
const postgresUrl = process.env['BENCH_POSTGRES_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';

export async function createDatabase(db: BenchOptions['db']): Promise<BenchDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-bench-'));
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
  if (db === 'sqlite') {
    const remove = (): Promise<void> => Promise.resolve(removeFolder());
    return { databaseUrl: `sqlite:${join(folder, 'throughline.db')}`, folder, remove };
  }
  const name = `throughline_bench_${Date.now().toString(36)}_${process.pid}`;
  await administer(`CREATE DATABASE ${name}`);
  const url = new URL(postgresUrl);
  url.pathname = `/${name}`;
  return {
    databaseUrl: url.href,
    folder,
    async remove() {
      removeFolder();
      await administer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

async function administer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgresUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
