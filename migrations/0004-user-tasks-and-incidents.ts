import type { Knex } from 'knex';
import { ddlOf, runAll } from './ddl.js';

/** What people look for. */
export async function up(knex: Knex): Promise<void> {
  const { text, integer, byKey } = ddlOf(knex);
  await runAll(knex, [
    `CREATE TABLE user_task (
      user_task_id ${text} NOT NULL PRIMARY KEY,
      tenant_id ${text} NOT NULL,
      process_instance_id ${text} NOT NULL,
      process_definition_id ${text} NOT NULL,
      bpmn_process_id ${text} NOT NULL,
      business_key ${text},
      element_id ${text} NOT NULL,
      element_instance_key ${integer} NOT NULL,
      user_task_key ${integer} NOT NULL,
      name ${text},
      state ${text} NOT NULL,
      assignee ${text},
      candidate_groups ${text} NOT NULL,
      candidate_users ${text} NOT NULL,
      due_at ${integer},
      follow_up_at ${integer},
      priority ${integer} NOT NULL,
      form_id ${text},
      headers ${text} NOT NULL,
      created_at ${integer} NOT NULL,
      ended_at ${integer}
    ) ${byKey}`,
    // Search of all tasks, by creation.
    `CREATE INDEX user_task_created ON user_task (tenant_id, created_at, user_task_id)`,
    // Search by state, by creation: the open tasks among all that were ever done.
    `CREATE INDEX user_task_state ON user_task (tenant_id, state, created_at, user_task_id)`,
    // Tasks of a person.
    `CREATE INDEX user_task_assignee
      ON user_task (tenant_id, assignee, state, created_at) WHERE assignee IS NOT NULL`,
    // Tasks of an instance.
    `CREATE INDEX user_task_process_instance ON user_task (process_instance_id)`,

    // The candidates once more, a row each, so that search by group or user has an index.
    `CREATE TABLE user_task_candidate (
      user_task_id ${text} NOT NULL,
      kind ${text} NOT NULL,
      name ${text} NOT NULL,
      tenant_id ${text} NOT NULL,
      state ${text} NOT NULL,
      PRIMARY KEY (user_task_id, kind, name)
    ) ${byKey}`,
    // Search by candidate group or user; with the task's state, for a group's open tasks are few among its done ones.
    `CREATE INDEX user_task_candidate_name
      ON user_task_candidate (tenant_id, kind, name, state, user_task_id)`,

    `CREATE TABLE incident (
      incident_id ${text} NOT NULL PRIMARY KEY,
      tenant_id ${text} NOT NULL,
      process_instance_id ${text} NOT NULL,
      process_definition_id ${text} NOT NULL,
      bpmn_process_id ${text} NOT NULL,
      element_id ${text} NOT NULL,
      element_instance_key ${integer} NOT NULL,
      incident_key ${integer} NOT NULL,
      job_id ${text},
      code ${text} NOT NULL,
      message ${text} NOT NULL,
      created_at ${integer} NOT NULL,
      resolved_at ${integer}
    ) ${byKey}`,
    // Search, by creation.
    `CREATE INDEX incident_created ON incident (tenant_id, created_at, incident_id)`,
    // Search for open incidents, by creation.
    `CREATE INDEX incident_open ON incident (tenant_id, created_at, incident_id) WHERE resolved_at IS NULL`,
    // Incidents of an instance; the open one of an element instance.
    `CREATE INDEX incident_element_instance ON incident (process_instance_id, element_instance_key)`,
    // Statistics of a definition: open incidents per element.
    `CREATE INDEX incident_definition ON incident (process_definition_id, element_id) WHERE resolved_at IS NULL`,
  ]);
}
