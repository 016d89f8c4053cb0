import type { Knex } from 'knex';
import { ddlOf, runAll, vacuumEagerly } from './ddl.js';

/** How long ended process instances are kept, and what is left of those that are being removed. */
export async function up(knex: Knex): Promise<void> {
  const { text, integer, byKey } = ddlOf(knex);
  await runAll(knex, [
    `ALTER TABLE process_definition ADD COLUMN history_time_to_live ${text}`,
    // What has been kept long enough. Called instances go with their callers.
    `CREATE INDEX process_instance_removable ON process_instance (process_definition_id, ended_at)
      WHERE ended_at IS NOT NULL AND parent_process_instance_id IS NULL`,
    // Instances whose row is gone, while some of their other rows are still there.
    `CREATE TABLE removed_instance (
      process_instance_id ${text} NOT NULL PRIMARY KEY,
      check_at ${integer} NOT NULL
    ) ${byKey}`,
    `CREATE INDEX removed_instance_check ON removed_instance (check_at, process_instance_id)`,
  ]);
  await vacuumEagerly(knex, ['removed_instance']);
}
