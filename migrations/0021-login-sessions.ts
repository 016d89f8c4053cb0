import type { Knex } from 'knex';
import { ddlOf, runAll, vacuumEagerly } from './ddl.js';

/** Sessions of people who have signed in. */
export async function up(knex: Knex): Promise<void> {
  const { text, integer, strict } = ddlOf(knex);
  await runAll(knex, [
    `CREATE TABLE login_session (
      -- SHA-256 of what the browser holds, hexadecimal.
      digest ${text} NOT NULL PRIMARY KEY,
      -- SHA-256 of the sign-in that it comes from: one sign-in makes one session.
      login_digest ${text} NOT NULL UNIQUE,
      principal_id ${text} NOT NULL,
      tenant_id ${text} NOT NULL,
      name ${text} NOT NULL,
      roles ${text} NOT NULL,
      grants ${text} NOT NULL,
      -- The ID token, encrypted with what the browser holds; NULL where it was too long to be kept.
      id_token ${text},
      created_at ${integer} NOT NULL,
      -- When it ends however much it is used, and when it ends if it is not used any more.
      expires_at ${integer} NOT NULL,
      ends_at ${integer} NOT NULL
    ) ${strict}`,
    // Removal of what has ended.
    `CREATE INDEX login_session_end ON login_session (ends_at)`,
    // The sessions of one person, by creation.
    `CREATE INDEX login_session_principal ON login_session (principal_id, created_at)`,
  ]);
  await vacuumEagerly(knex, ['login_session']);
}
