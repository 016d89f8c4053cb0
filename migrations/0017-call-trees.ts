import type { Knex } from 'knex';
import { ddlOf, runAll } from './ddl.js';

/** Which instance that nobody called a called instance goes back to. */
export async function up(knex: Knex): Promise<void> {
  const { text } = ddlOf(knex);
  await runAll(knex, [
    `ALTER TABLE process_instance ADD COLUMN root_process_instance_id ${text}`,
    // How many active instances one instance has called, directly or through others.
    `CREATE INDEX process_instance_call_tree ON process_instance (root_process_instance_id)
      WHERE root_process_instance_id IS NOT NULL AND ended_at IS NULL`,
  ]);
}
