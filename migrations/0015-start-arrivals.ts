import type { Knex } from 'knex';
import { ddlOf, runAll, vacuumEagerly } from './ddl.js';

/** What has arrived at parallel multiple start events whose other triggers are still to come. */
export async function up(knex: Knex): Promise<void> {
  const { text, integer, strict } = ddlOf(knex);
  await runAll(knex, [
    `CREATE TABLE start_arrival (
      tenant_id ${text} NOT NULL,
      bpmn_process_id ${text} NOT NULL,
      element_id ${text} NOT NULL,
      -- Empty for what has none, and for signals, timers and conditions until a key takes them.
      correlation_key ${text} NOT NULL,
      part ${text} NOT NULL,
      sequence ${text} NOT NULL,
      variables ${text} NOT NULL,
      hops ${integer} NOT NULL,
      created_at ${integer} NOT NULL,
      PRIMARY KEY (tenant_id, bpmn_process_id, element_id, correlation_key, part, sequence)
    ) ${strict}`,
    // Which definition of a parallel multiple start event the timer is.
    `ALTER TABLE timer ADD COLUMN part ${text}`,
  ]);
  await vacuumEagerly(knex, ['start_arrival']);
}
