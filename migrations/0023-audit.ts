import type { Knex } from 'knex';
import { ddlOf, runAll } from './ddl.js';

/** The audit log. What stands in it stays as it is: the database refuses changes, and removals but of what has been given free. */
export async function up(knex: Knex): Promise<void> {
  const { text, integer, strict, isPostgres } = ddlOf(knex);
  await runAll(knex, [
    `CREATE TABLE audit_entry (
      -- Rises with time.
      audit_id ${text} NOT NULL PRIMARY KEY,
      tenant_id ${text} NOT NULL,
      at ${integer} NOT NULL,
      operation ${text} NOT NULL,
      principal_id ${text} NOT NULL,
      principal_name ${text},
      principal_kind ${text} NOT NULL,
      target_id ${text},
      process_instance_id ${text},
      batch_id ${text},
      targets ${text} NOT NULL,
      source_address ${text},
      request_id ${text},
      trace_id ${text},
      before ${text},
      after ${text}
    ) ${strict}`,
    // Search and export, by time.
    `CREATE INDEX audit_entry_at ON audit_entry (tenant_id, at, audit_id)`,
    // What was done to an instance.
    `CREATE INDEX audit_entry_instance ON audit_entry (process_instance_id) WHERE process_instance_id IS NOT NULL`,
    `CREATE TABLE audit_removal (
      one ${integer} NOT NULL PRIMARY KEY CHECK (one = 1),
      -- Entries of before that time may be removed: AUDIT_TTL has gone by.
      before ${integer} NOT NULL
    ) ${strict}`,
    // Who has asked for the batch, and from where; NULL in batches of the release before.
    `ALTER TABLE batch ADD COLUMN audit_origin ${text}`,
  ]);
  await runAll(knex, isPostgres ? postgresTriggers : sqliteTriggers);
}

const changed = 'The audit log is append-only: expected no change of an entry.';
const removed = 'The audit log is append-only: expected no removal of an entry that is to be kept.';

const sqliteTriggers = [
  `CREATE TRIGGER audit_entry_unchanged BEFORE UPDATE ON audit_entry
   BEGIN SELECT RAISE(ABORT, '${changed}'); END`,
  `CREATE TRIGGER audit_entry_kept BEFORE DELETE ON audit_entry
   WHEN OLD.at >= COALESCE((SELECT before FROM audit_removal), 0)
   BEGIN SELECT RAISE(ABORT, '${removed}'); END`,
  // INSERT OR REPLACE removes without a trigger of its own.
  `CREATE TRIGGER audit_entry_new BEFORE INSERT ON audit_entry
   WHEN EXISTS (SELECT 1 FROM audit_entry WHERE audit_id = NEW.audit_id)
   BEGIN SELECT RAISE(ABORT, '${changed}'); END`,
];

/** ALWAYS: also where a session says that it is a replica. */
const postgresTriggers = [
  `CREATE FUNCTION audit_entry_unchanged() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN RAISE EXCEPTION '${changed}'; END $$`,
  `CREATE FUNCTION audit_entry_kept() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     IF OLD.at >= COALESCE((SELECT before FROM audit_removal), 0) THEN RAISE EXCEPTION '${removed}'; END IF;
     RETURN OLD;
   END $$`,
  `CREATE TRIGGER audit_entry_unchanged BEFORE UPDATE ON audit_entry
   FOR EACH ROW EXECUTE FUNCTION audit_entry_unchanged()`,
  `CREATE TRIGGER audit_entry_kept BEFORE DELETE ON audit_entry
   FOR EACH ROW EXECUTE FUNCTION audit_entry_kept()`,
  `CREATE TRIGGER audit_entry_not_emptied BEFORE TRUNCATE ON audit_entry
   FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_unchanged()`,
  ...['audit_entry_unchanged', 'audit_entry_kept', 'audit_entry_not_emptied'].map(
    (trigger) => `ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER ${trigger}`,
  ),
];
