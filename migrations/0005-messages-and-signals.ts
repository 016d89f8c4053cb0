import type { Knex } from 'knex';
import { ddlOf, runAll, vacuumEagerly } from './ddl.js';

/** What instances wait for from outside and from each other. */
export async function up(knex: Knex): Promise<void> {
  const { text, integer, sequence, strict, byKey } = ddlOf(knex);
  await runAll(knex, [
    `CREATE TABLE message_subscription (
      subscription_id ${text} NOT NULL PRIMARY KEY,
      tenant_id ${text} NOT NULL,
      process_instance_id ${text} NOT NULL,
      element_instance_key ${integer} NOT NULL,
      subscription_key ${integer} NOT NULL,
      element_id ${text} NOT NULL,
      message_name ${text} NOT NULL,
      correlation_key ${text} NOT NULL,
      created_at ${integer} NOT NULL
    ) ${byKey}`,
    // Correlation: the oldest subscription for a name and key.
    `CREATE INDEX message_subscription_key
      ON message_subscription (tenant_id, message_name, correlation_key, created_at, subscription_id)`,

    `CREATE TABLE message (
      message_row_id ${text} NOT NULL PRIMARY KEY,
      tenant_id ${text} NOT NULL,
      name ${text} NOT NULL,
      correlation_key ${text},
      message_id ${text} NOT NULL,
      state ${text} NOT NULL,
      variables ${text} NOT NULL,
      published_at ${integer} NOT NULL,
      expires_at ${integer} NOT NULL,
      result ${text} NOT NULL
    ) ${strict}`,
    // A new subscription looks for the oldest buffered message that fits.
    `CREATE INDEX message_buffered
      ON message (tenant_id, name, correlation_key, message_row_id) WHERE state = 'buffered'`,
    // Was this message id published before? Not unique: one that has expired may still be there.
    `CREATE INDEX message_message_id ON message (tenant_id, name, message_id, expires_at)`,
    // Removal of what has expired.
    `CREATE INDEX message_expiry ON message (expires_at)`,

    `CREATE TABLE signal_subscription (
      subscription_id ${text} NOT NULL PRIMARY KEY,
      tenant_id ${text} NOT NULL,
      process_instance_id ${text} NOT NULL,
      element_instance_key ${integer} NOT NULL,
      subscription_key ${integer} NOT NULL,
      element_id ${text} NOT NULL,
      signal_name ${text} NOT NULL
    ) ${byKey}`,
    // Broadcast.
    `CREATE INDEX signal_subscription_name ON signal_subscription (tenant_id, signal_name)`,

    `CREATE TABLE start_subscription (
      process_definition_id ${text} NOT NULL,
      element_id ${text} NOT NULL,
      kind ${text} NOT NULL,
      name ${text} NOT NULL,
      tenant_id ${text} NOT NULL,
      bpmn_process_id ${text} NOT NULL,
      PRIMARY KEY (process_definition_id, element_id, kind, name)
    ) ${byKey}`,
    // What a message or signal starts.
    `CREATE INDEX start_subscription_name ON start_subscription (tenant_id, kind, name)`,
    // Replacement by the next version.
    `CREATE INDEX start_subscription_process ON start_subscription (tenant_id, bpmn_process_id)`,

    // Read in the order of its primary key.
    `CREATE TABLE delivery (
      delivery_id ${sequence},
      tenant_id ${text} NOT NULL,
      hops ${integer} NOT NULL,
      body ${text} NOT NULL
    ) ${strict}`,
  ]);
  await vacuumEagerly(knex, ['message_subscription', 'message', 'signal_subscription', 'delivery']);
}
