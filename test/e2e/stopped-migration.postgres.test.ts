// PostgreSQL only: a migration of a SQLite file blocks the thread, so no signal reaches it before its commit.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { describe, it } from 'mocha';
import pg from 'pg';
import { createTestDatabase } from '../support/database.js';
import { migrateAsBefore } from '../support/earlier-schema.js';
import { programArguments } from '../support/program.js';
import { runCommand } from '../support/run-command.js';
import { until } from '../support/until.js';

describe('a migration that is stopped', function () {
  this.timeout(180_000);

  it('row 17: SIGTERM or SIGKILL in a migration: the schema is as it was, its locks are free, the next does it', async () => {
    const database = await createTestDatabase({ migrated: false });
    const env = { DATABASE_URL: database.databaseUrl };
    const holder = new pg.Client(database.databaseUrl);
    const witness = new pg.Client(database.databaseUrl);
    try {
      await migrateAsBefore(database.databaseUrl);
      await holder.connect();
      await witness.connect();
      const applied = async (): Promise<readonly string[]> => {
        const { rows } = await holder.query<{ name: string }>(
          'SELECT name FROM schema_migration ORDER BY id',
        );
        return rows.map(({ name }) => name);
      };
      const before = await applied();
      for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
        // The migration is done but for the note that it is, which waits.
        await holder.query('BEGIN');
        await holder.query('LOCK TABLE schema_migration IN SHARE ROW EXCLUSIVE MODE');
        const child = spawn(process.execPath, [...programArguments(), 'migrate'], {
          env: { PATH: process.env['PATH'] ?? '', ...env },
          stdio: 'ignore',
        });
        const exited = once(child, 'exit');
        await untilItWaits(witness);
        child.kill(signal);
        assert.deepEqual(await exited, [null, signal]);
        await holder.query('ROLLBACK');
        assert.deepEqual(await applied(), before);
      }
      const { code, stderr } = await runCommand(['migrate'], env);
      assert.equal(code, 0, stderr);
      assert.equal((await applied()).length, before.length + 1);
    } finally {
      await holder.end();
      await witness.end();
      await database.remove();
    }
  });
});

/** Resolves when a session waits for a lock. Ask outside of a transaction: inside one the answer stays what it was at first. */
function untilItWaits(client: pg.Client): Promise<void> {
  const waiting =
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
  return until(async () => (await client.query(waiting)).rows.length > 0, 'the migration to wait for a lock');
}
