import type { Knex } from 'knex';
import { ddlOf, runAll } from './ddl.js';

/** API keys, and how far those reach who ask for batches. */
export async function up(knex: Knex): Promise<void> {
  const { text, integer, strict } = ddlOf(knex);
  await runAll(knex, [
    `CREATE TABLE api_key (
      -- Begins the key itself, and is all of it that is kept as it is.
      api_key_id ${text} NOT NULL PRIMARY KEY,
      tenant_id ${text} NOT NULL,
      name ${text} NOT NULL,
      -- SHA-256 of the whole key, hexadecimal.
      digest ${text} NOT NULL,
      roles ${text} NOT NULL,
      grants ${text} NOT NULL,
      created_at ${integer} NOT NULL,
      created_by ${text} NOT NULL,
      expires_at ${integer},
      revoked_at ${integer},
      revoked_by ${text},
      last_used_at ${integer}
    ) ${strict}`,
    // The keys of a tenant, by creation.
    `CREATE INDEX api_key_created ON api_key (tenant_id, created_at, api_key_id)`,
    // What of its tenant the creator of a batch reaches; NULL for everything, as of batches of the release before.
    `ALTER TABLE batch ADD COLUMN reach ${text}`,
  ]);
}
