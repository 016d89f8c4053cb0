import type { Knex } from 'knex';
import { ddlOf, runAll } from './ddl.js';

/** Deliveries that are consumed one after the other. Those that an earlier release has written stand in no lane. */
export async function up(knex: Knex): Promise<void> {
  const { text } = ddlOf(knex);
  await runAll(knex, [
    `ALTER TABLE delivery ADD COLUMN lane ${text}`,
    // Is there an earlier one?
    `CREATE INDEX delivery_lane ON delivery (lane, delivery_id) WHERE lane IS NOT NULL`,
    `ALTER TABLE held_delivery ADD COLUMN lane ${text}`,
  ]);
}
