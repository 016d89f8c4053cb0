import type { Knex } from 'knex';
import { ddlOf, runAll, vacuumEagerly } from './ddl.js';

/** One active instance of a process for each correlation key of the messages that start it. */
export async function up(knex: Knex): Promise<void> {
  const { text, integer, byKey } = ddlOf(knex);
  await runAll(knex, [
    // Active instances that a message with a correlation key has started.
    `CREATE TABLE message_start (
      process_instance_id ${text} NOT NULL PRIMARY KEY,
      tenant_id ${text} NOT NULL,
      bpmn_process_id ${text} NOT NULL,
      correlation_key ${text} NOT NULL
    ) ${byKey}`,
    `CREATE UNIQUE INDEX message_start_key ON message_start (tenant_id, bpmn_process_id, correlation_key)`,

    // Messages that start a process when its active instance with their key has ended.
    `CREATE TABLE waiting_message_start (
      tenant_id ${text} NOT NULL,
      bpmn_process_id ${text} NOT NULL,
      correlation_key ${text} NOT NULL,
      message_row_id ${text} NOT NULL,
      expires_at ${integer} NOT NULL,
      PRIMARY KEY (tenant_id, bpmn_process_id, correlation_key, message_row_id)
    ) ${byKey}`,
    // Removal of what has expired.
    `CREATE INDEX waiting_message_start_expiry ON waiting_message_start (expires_at)`,

    // How many deliveries led to the message.
    `ALTER TABLE message ADD COLUMN hops ${integer} NOT NULL DEFAULT 0`,
  ]);
  await vacuumEagerly(knex, ['message_start', 'waiting_message_start']);
}
