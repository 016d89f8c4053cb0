import type { Knex } from 'knex';
import { ddlOf, runAll, vacuumEagerly } from './ddl.js';

/** What workers and the clock look for. */
export async function up(knex: Knex): Promise<void> {
  const { text, integer, byKey } = ddlOf(knex);
  await runAll(knex, [
    `CREATE TABLE job (
      job_id ${text} NOT NULL PRIMARY KEY,
      tenant_id ${text} NOT NULL,
      type ${text} NOT NULL,
      state ${text} NOT NULL,
      process_instance_id ${text} NOT NULL,
      process_definition_id ${text} NOT NULL,
      bpmn_process_id ${text} NOT NULL,
      business_key ${text},
      element_id ${text} NOT NULL,
      element_instance_key ${integer} NOT NULL,
      job_key ${integer} NOT NULL,
      retries ${integer} NOT NULL,
      priority ${integer} NOT NULL,
      headers ${text} NOT NULL,
      created_at ${integer} NOT NULL,
      available_at ${integer} NOT NULL,
      worker ${text},
      deadline ${integer},
      fence ${integer} NOT NULL,
      error_message ${text},
      -- 1 while it can be activated whatever the time; else 0.
      is_offered ${integer} NOT NULL,
      -- When the passing of time alone makes it ready: the end of a back-off or the deadline. Null when it cannot.
      offered_from ${integer}
    ) ${byKey}`,
    // Activation: highest priority first, then oldest, without wading through jobs that are held or backing off.
    `CREATE INDEX job_offered
      ON job (tenant_id, type, priority DESC, created_at, job_id) WHERE is_offered = 1`,
    // Activation of jobs whose back-off or deadline has passed; when the next one comes.
    `CREATE INDEX job_offered_from
      ON job (tenant_id, type, offered_from) WHERE offered_from IS NOT NULL`,
    // Jobs of an instance.
    `CREATE INDEX job_process_instance ON job (process_instance_id)`,

    `CREATE TABLE timer (
      timer_id ${text} NOT NULL PRIMARY KEY,
      tenant_id ${text} NOT NULL,
      process_definition_id ${text} NOT NULL,
      process_instance_id ${text},
      element_instance_key ${integer},
      timer_key ${integer},
      element_id ${text} NOT NULL,
      due_at ${integer} NOT NULL,
      "interval" ${text},
      repetitions_left ${integer}
    ) ${byKey}`,
    // What is due, and when the next is.
    `CREATE INDEX timer_due ON timer (due_at, timer_id)`,
    // Timers of an instance.
    `CREATE INDEX timer_process_instance ON timer (process_instance_id) WHERE process_instance_id IS NOT NULL`,
    // Start timers of a definition, to be removed with the next version.
    `CREATE INDEX timer_definition ON timer (process_definition_id) WHERE process_instance_id IS NULL`,
  ]);
  await vacuumEagerly(knex, ['job', 'timer']);
}
