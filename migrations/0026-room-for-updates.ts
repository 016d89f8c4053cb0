import type { Knex } from 'knex';
import { ddlOf } from './ddl.js';

/**
 * PostgreSQL: instances that start together stand on one page and go on together, so each needs room for another revision beside its own. Without it
 * an update of the document alone goes to another page, and all indexes are written again. Pages that are there fill up as they did.
 */
export async function up(knex: Knex): Promise<void> {
  if (ddlOf(knex).isPostgres) await knex.raw('ALTER TABLE process_instance SET (fillfactor = 50)');
}
