import type { Knex } from 'knex';
import { ddlOf, runAll, vacuumEagerly } from './ddl.js';

/** Operations on many process instances, and what has become of each. */
export async function up(knex: Knex): Promise<void> {
  const { text, integer, strict } = ddlOf(knex);
  await runAll(knex, [
    `CREATE TABLE batch (
      batch_id ${text} NOT NULL PRIMARY KEY,
      tenant_id ${text} NOT NULL,
      operation ${text} NOT NULL,
      instruction ${text} NOT NULL,
      filter ${text},
      state ${text} NOT NULL,
      actor ${text} NOT NULL,
      traceparent ${text},
      created_at ${integer} NOT NULL,
      ended_at ${integer},
      total ${integer} NOT NULL,
      done ${integer} NOT NULL,
      failed ${integer} NOT NULL,
      problem ${text},
      -- How far the instances have been collected.
      collected_to ${text},
      -- When somebody last took up work on it; the node that does so now, and until when.
      worked_at ${integer} NOT NULL,
      claimed_by ${text},
      claimed_until ${integer}
    ) ${strict}`,
    // Search, by creation.
    `CREATE INDEX batch_created ON batch (tenant_id, created_at, batch_id)`,
    // What is to be worked on; how many a tenant has open.
    `CREATE INDEX batch_open ON batch (worked_at, batch_id) WHERE ended_at IS NULL`,
    `CREATE INDEX batch_open_tenant ON batch (tenant_id) WHERE ended_at IS NULL`,
    // Removal of old ones.
    `CREATE INDEX batch_ended ON batch (ended_at) WHERE ended_at IS NOT NULL`,

    `CREATE TABLE batch_item (
      batch_id ${text} NOT NULL,
      process_instance_id ${text} NOT NULL,
      tenant_id ${text} NOT NULL,
      state ${text} NOT NULL,
      code ${text},
      detail ${text},
      ended_at ${integer},
      PRIMARY KEY (batch_id, process_instance_id)
    ) ${strict}`,
    // What is left to do.
    `CREATE INDEX batch_item_pending ON batch_item (batch_id, process_instance_id) WHERE state = 'pending'`,
    // Search for the failures.
    `CREATE INDEX batch_item_state ON batch_item (batch_id, state, process_instance_id)`,
  ]);
  await vacuumEagerly(knex, ['batch', 'batch_item']);
}
