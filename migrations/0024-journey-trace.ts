import type { Knex } from 'knex';
import { ddlOf, runAll } from './ddl.js';

/** The trace that a process instance belongs to (W3C Trace Context); NULL in instances of the release before. */
export async function up(knex: Knex): Promise<void> {
  const { text } = ddlOf(knex);
  await runAll(knex, [`ALTER TABLE process_instance ADD COLUMN traceparent ${text}`]);
}
