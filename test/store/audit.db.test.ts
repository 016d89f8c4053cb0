import assert from 'node:assert/strict';
import Database from 'better-sqlite3';
import { describe, it } from 'mocha';
import pg from 'pg';
import { databaseLocation } from '../../src/store/database-url.js';
import { auditRow, someTime, tenantId } from './rows.js';
import { useTestStore } from './use-test-store.js';

/** Runs SQL past the store, as somebody does who has the database. */
async function run(databaseUrl: string, ...statements: readonly string[]): Promise<void> {
  const location = databaseLocation(databaseUrl);
  if (location.kind === 'sqlite') {
    const database = new Database(location.path);
    try {
      for (const statement of statements) database.exec(statement);
    } finally {
      database.close();
    }
    return;
  }
  const client = new pg.Client({ connectionString: location.url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

describe('the audit log in the database', () => {
  const test = useTestStore();
  const everything = { filter: {}, sort: [], page: { limit: 100 } };
  const ids = async () =>
    (await test.store.queries.auditEntries(tenantId, everything)).items.map(({ auditId }) => auditId);

  it('gives back what was written', async () => {
    const row = auditRow({ sourceAddress: '::1', traceId: 'ab', principalName: 'Ann', batchId: 'b' });
    await test.write((tx) => tx.audit.append(row));
    assert.deepEqual((await test.store.queries.auditEntries(tenantId, everything)).items, [row]);
  });

  it('takes no change and no removal, whoever asks for it', async () => {
    await test.write((tx) => tx.audit.append(auditRow()));
    const isSqlite = databaseLocation(test.databaseUrl).kind === 'sqlite';
    const attempts = [
      [`UPDATE audit_entry SET principal_id = 'somebody else'`],
      [`DELETE FROM audit_entry`],
      isSqlite
        ? [
            `INSERT OR REPLACE INTO audit_entry (audit_id, tenant_id, at, operation, principal_id, principal_kind, targets)
             VALUES ('audit-1', 'x', 1, 'x', 'x', 'x', '{}')`,
          ]
        : [`TRUNCATE audit_entry`],
      ...(isSqlite ? [] : [[`SET session_replication_role = replica`, `DELETE FROM audit_entry`]]),
    ];
    for (const statements of attempts)
      await assert.rejects(run(test.databaseUrl, ...statements), /append-only/, statements.join('; '));
    const { items } = await test.store.queries.auditEntries(tenantId, everything);
    assert.deepEqual(items, [auditRow()]);
  });

  it('removes what is kept no longer, the oldest first, a part at a time', async () => {
    const rows = [1, 2, 3, 4].map((day) => auditRow({ auditId: `audit-${day}`, at: someTime + day }));
    await test.write((tx) => rows.forEach((row) => tx.audit.append(row)));
    const removed = (limit: number) => test.read((tx) => tx.audit.removeBefore(someTime + 4, limit));
    assert.equal(await removed(2), 2);
    assert.deepEqual(await ids(), ['audit-3', 'audit-4']);
    assert.equal(await removed(2), 1);
    assert.equal(await removed(2), 0);
    assert.deepEqual(await ids(), ['audit-4']);
    await assert.rejects(run(test.databaseUrl, 'DELETE FROM audit_entry'), /append-only/);
  });
});
