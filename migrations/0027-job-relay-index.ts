import type { Knex } from 'knex';
import { runAll } from './ddl.js';

/**
 * The index of jobs that are to be relayed asks for the time at which they are, which only relaying does. Before, a claim of jobs could use it
 * too: PostgreSQL, as long as it knew little about the table, took it for the smaller one and sorted the whole backlog. Nodes of the
 * release before relay along another index meanwhile.
 */
export async function up(knex: Knex): Promise<void> {
  await runAll(knex, [
    `DROP INDEX job_relay`,
    `CREATE INDEX job_relay ON job (tenant_id, type, relay_at)
      WHERE is_offered = 1 AND is_suspended = 0 AND relay_at >= 0`,
  ]);
}
