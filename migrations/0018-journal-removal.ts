import type { Knex } from 'knex';
import { ddlOf, runAll } from './ddl.js';

/** Up to where the journal has been removed because its time was over: who reads on from before has missed something. */
export async function up(knex: Knex): Promise<void> {
  const { integer, strict } = ddlOf(knex);
  await runAll(knex, [
    `CREATE TABLE journal_removal (
      one ${integer} NOT NULL PRIMARY KEY CHECK (one = 1),
      -- When the last of the process instances ended that were removed.
      ended_until ${integer} NOT NULL
    ) ${strict}`,
  ]);
}
