import type { Knex } from 'knex';
import { ddlOf, runAll, vacuumEagerly } from './ddl.js';

/** What waits while a process instance is suspended; and two orders of searches that had no index. */
export async function up(knex: Knex): Promise<void> {
  const { text, integer, sequence, strict } = ddlOf(knex);
  await runAll(knex, [
    `ALTER TABLE job ADD COLUMN is_suspended ${integer} NOT NULL DEFAULT 0`,
    `DROP INDEX job_offered`,
    `CREATE INDEX job_offered
      ON job (tenant_id, type, priority DESC, created_at, job_id) WHERE is_offered = 1 AND is_suspended = 0`,
    `DROP INDEX job_offered_from`,
    `CREATE INDEX job_offered_from
      ON job (tenant_id, type, offered_from) WHERE offered_from IS NOT NULL AND is_suspended = 0`,

    `ALTER TABLE timer ADD COLUMN is_suspended ${integer} NOT NULL DEFAULT 0`,
    `DROP INDEX timer_due`,
    `CREATE INDEX timer_due ON timer (due_at, timer_id) WHERE is_suspended = 0`,

    // Deliveries for an instance that is suspended, until it is resumed.
    `CREATE TABLE held_delivery (
      held_delivery_id ${sequence},
      tenant_id ${text} NOT NULL,
      process_instance_id ${text} NOT NULL,
      hops ${integer} NOT NULL,
      body ${text} NOT NULL
    ) ${strict}`,
    `CREATE INDEX held_delivery_process_instance ON held_delivery (process_instance_id, held_delivery_id)`,

    // Search for suspended instances: few among many.
    `CREATE INDEX process_instance_suspended
      ON process_instance (tenant_id, started_at, process_instance_id) WHERE suspended = 1`,
    // Search of ended instances, by their end.
    `CREATE INDEX process_instance_ended
      ON process_instance (tenant_id, ended_at, process_instance_id) WHERE ended_at IS NOT NULL`,
    // Search of jobs, by creation.
    `CREATE INDEX job_created ON job (tenant_id, created_at, job_id)`,
  ]);
  await vacuumEagerly(knex, ['held_delivery']);
}
