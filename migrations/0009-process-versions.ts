import type { Knex } from 'knex';
import { ddlOf, runAll } from './ddl.js';

/** Version numbers of definitions that were removed, so that none is given out again: the highest of each process. */
export async function up(knex: Knex): Promise<void> {
  const { text, integer, byKey } = ddlOf(knex);
  await runAll(knex, [
    `CREATE TABLE removed_version (
      tenant_id ${text} NOT NULL,
      bpmn_process_id ${text} NOT NULL,
      version ${integer} NOT NULL,
      PRIMARY KEY (tenant_id, bpmn_process_id)
    ) ${byKey}`,
    // What was removed before this table was there has left instances, if anything.
    `INSERT INTO removed_version (tenant_id, bpmn_process_id, version)
      SELECT tenant_id, bpmn_process_id, max(version) FROM process_instance GROUP BY tenant_id, bpmn_process_id`,
  ]);
}
