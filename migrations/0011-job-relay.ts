import type { Knex } from 'knex';
import { ddlOf, runAll } from './ddl.js';

/** When a job may be put on a queue again: see `JobStore.relay`. Nodes of the release before leave it at 0, which is right for them. */
export async function up(knex: Knex): Promise<void> {
  const { integer } = ddlOf(knex);
  await runAll(knex, [
    `ALTER TABLE job ADD COLUMN relay_at ${integer} NOT NULL DEFAULT 0`,
    `CREATE INDEX job_relay ON job (tenant_id, type, relay_at) WHERE is_offered = 1 AND is_suspended = 0`,
  ]);
}
