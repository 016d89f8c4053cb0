import type { Knex } from 'knex';
import { runAll } from './ddl.js';

/**
 * Searches by business key, process and definition read their page in order from the index: with the id at its end it has the order of
 * the search, so that SQLite does not go through all instances by their start instead, and with the tenant it is enough to count from.
 */
export async function up(knex: Knex): Promise<void> {
  const order = 'started_at, process_instance_id';
  const indexes = [
    ['business_key', `tenant_id, business_key, ${order}`, 'WHERE business_key IS NOT NULL'],
    ['process', `tenant_id, bpmn_process_id, status, ${order}`, ''],
    ['definition', `tenant_id, process_definition_id, status, ${order}`, ''],
    ['definition_started', `tenant_id, process_definition_id, ${order}`, ''],
  ] as const;
  for (const [name, columns, condition] of indexes) {
    const index = `process_instance_${name}`;
    await runAll(knex, [
      `DROP INDEX ${index}`,
      `CREATE INDEX ${index} ON process_instance (${columns}) ${condition}`,
    ]);
  }
  // Search of what an instance has called; the index on the call activity stays for those who end it.
  await runAll(knex, [
    `CREATE INDEX process_instance_called ON process_instance (tenant_id, parent_process_instance_id, ${order})
      WHERE parent_process_instance_id IS NOT NULL`,
  ]);
}
