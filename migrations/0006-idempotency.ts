import type { Knex } from 'knex';
import { ddlOf, runAll, vacuumEagerly } from './ddl.js';

/** First outcomes of requests, kept to be given again. */
export async function up(knex: Knex): Promise<void> {
  const { text, integer, strict } = ddlOf(knex);
  await runAll(knex, [
    `CREATE TABLE idempotency (
      tenant_id ${text} NOT NULL,
      principal ${text} NOT NULL,
      operation ${text} NOT NULL,
      key ${text} NOT NULL,
      fingerprint ${text} NOT NULL,
      outcome ${text} NOT NULL,
      expires_at ${integer} NOT NULL,
      PRIMARY KEY (tenant_id, principal, operation, key)
    ) ${strict}`,
    // Removal of what has expired.
    `CREATE INDEX idempotency_expiry ON idempotency (expires_at)`,
  ]);
  await vacuumEagerly(knex, ['idempotency']);
}
