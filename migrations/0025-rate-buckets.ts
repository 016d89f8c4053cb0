import type { Knex } from 'knex';
import { ddlOf, runAll } from './ddl.js';

/** Token buckets of rate limits, which the nodes on one PostgreSQL share. SQLite has one node, which keeps them in memory. */
export async function up(knex: Knex): Promise<void> {
  const { isPostgres, text } = ddlOf(knex);
  if (!isPostgres) return;
  await runAll(knex, [
    // Not logged: after a crash it is empty, and every bucket full. Rows change all the time: there is room for them on their page.
    `CREATE UNLOGGED TABLE rate_bucket (
      name ${text} NOT NULL PRIMARY KEY,
      tokens DOUBLE PRECISION NOT NULL,
      filled_at TIMESTAMPTZ NOT NULL,
      -- What the last statement was given: its answer.
      granted DOUBLE PRECISION NOT NULL
    ) WITH (fillfactor = 50)`,
  ]);
}
