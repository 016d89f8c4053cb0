import type { Knex } from 'knex';
import { ddlOf, runAll } from './ddl.js';

/**
 * Process instances, what searches and statistics read about them, and their journal. No foreign keys: rows are
 * written only in the transaction that writes the instance, and each key would cost a look-up per row.
 */
export async function up(knex: Knex): Promise<void> {
  const { isPostgres, text, integer, sequence, strict, byKey } = ddlOf(knex);
  await runAll(knex, [
    `CREATE TABLE process_instance (
      process_instance_id ${text} NOT NULL PRIMARY KEY,
      tenant_id ${text} NOT NULL,
      process_definition_id ${text} NOT NULL,
      bpmn_process_id ${text} NOT NULL,
      version ${integer} NOT NULL,
      business_key ${text},
      parent_process_instance_id ${text},
      parent_element_instance_key ${integer},
      has_incident ${integer} NOT NULL,
      suspended ${integer} NOT NULL DEFAULT 0,
      status ${text} NOT NULL,
      error_code ${text},
      started_at ${integer} NOT NULL,
      ended_at ${integer},
      revision ${integer} NOT NULL,
      document ${text} NOT NULL
    ) ${strict}`,
    // Search of all instances, newest or oldest first.
    `CREATE INDEX process_instance_started
      ON process_instance (tenant_id, started_at, process_instance_id)`,
    // Search by state: 100,000 active ones beside a million that have ended.
    `CREATE INDEX process_instance_status
      ON process_instance (tenant_id, status, started_at, process_instance_id)`,
    // Search by business key.
    `CREATE INDEX process_instance_business_key
      ON process_instance (tenant_id, business_key, started_at) WHERE business_key IS NOT NULL`,
    // Search by process and state.
    `CREATE INDEX process_instance_process
      ON process_instance (tenant_id, bpmn_process_id, status, started_at)`,
    // Search by process whatever the state, newest or oldest first.
    `CREATE INDEX process_instance_process_started
      ON process_instance (tenant_id, bpmn_process_id, started_at, process_instance_id)`,
    // Search by definition and state; how many instances of a definition are active, before it is deleted.
    `CREATE INDEX process_instance_definition
      ON process_instance (process_definition_id, status, started_at)`,
    // Search by definition whatever the state, newest or oldest first.
    `CREATE INDEX process_instance_definition_started
      ON process_instance (process_definition_id, started_at, process_instance_id)`,
    // What a call activity started; search by parent.
    `CREATE INDEX process_instance_parent
      ON process_instance (parent_process_instance_id, parent_element_instance_key)
      WHERE parent_process_instance_id IS NOT NULL`,
    // Search for instances with an incident: few among many.
    `CREATE INDEX process_instance_incident
      ON process_instance (tenant_id, started_at, process_instance_id) WHERE has_incident = 1`,

    `CREATE TABLE element_instance (
      process_instance_id ${text} NOT NULL,
      element_instance_key ${integer} NOT NULL,
      tenant_id ${text} NOT NULL,
      process_definition_id ${text} NOT NULL,
      element_id ${text} NOT NULL,
      element_name ${text},
      element_type ${text} NOT NULL,
      state ${text} NOT NULL,
      parent_element_instance_key ${integer},
      started_at ${integer} NOT NULL,
      ended_at ${integer},
      PRIMARY KEY (process_instance_id, element_instance_key)
    ) ${byKey}`,
    // Statistics per element of a definition, from the index alone.
    `CREATE INDEX element_instance_statistics
      ON element_instance (process_definition_id, element_id, state, tenant_id)`,

    `CREATE TABLE process_variable (
      process_instance_id ${text} NOT NULL,
      name ${text} NOT NULL,
      tenant_id ${text} NOT NULL,
      value ${text} NOT NULL,
      PRIMARY KEY (process_instance_id, name)
    ) ${byKey}`,
    // Search of instances by the value of a variable.
    `CREATE INDEX process_variable_value
      ON process_variable (tenant_id, name, value, process_instance_id)`,

    `CREATE TABLE journal (
      sequence ${sequence},
      tenant_id ${text} NOT NULL,
      process_instance_id ${text} NOT NULL,
      process_definition_id ${text} NOT NULL,
      at ${integer} NOT NULL,
      actor ${text} NOT NULL,
      traceparent ${text},
      idempotency_key ${text},
      command ${text} NOT NULL,
      event_version ${integer} NOT NULL,
      events ${text} NOT NULL
    ) ${strict}`,
    // History of one instance, in order.
    `CREATE INDEX journal_process_instance ON journal (process_instance_id, sequence)`,
  ]);
  if (isPostgres) {
    // Room in each page for the next revision of a document: most updates then touch no index.
    await knex.raw(
      'ALTER TABLE process_instance SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05)',
    );
  }
}
