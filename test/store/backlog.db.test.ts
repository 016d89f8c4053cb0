import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import pg from 'pg';
import { activate } from '../../src/store/jobs.js';
import { openSqliteConnection } from '../../src/store/sqlite/sqlite-connection.js';
import { statement } from '../../src/store/statement.js';
import { testDatabaseKind } from '../support/services.js';
import { jobRow, someTime, tenantId } from './rows.js';
import { useTestStore } from './use-test-store.js';

const backlog = 10_000;
const atOnce = 500;

describe('a backlog of jobs', function () {
  this.timeout(60_000);
  const test = useTestStore();

  it('of ten thousand is claimed along an index that has them in the order of the claim', async () => {
    for (let from = 0; from < backlog; from += atOnce) {
      await test.write((tx) => {
        for (let n = from; n < from + atOnce; n++)
          tx.jobs.insert(
            jobRow({ jobId: `many-${n}`, type: 'many', createdAt: someTime - n, priority: n % 3 }),
          );
      });
    }
    const parameters = [tenantId, 'many', 50, someTime, 'w', someTime + 1_000];
    const plan = await planOf(parameters);
    const begin = plan.findIndex((line) => /(CTE|MATERIALIZE) offered$/.test(line));
    const end = plan.findIndex((line) => /CTE overdue$|^SCAN offered$/.test(line));
    const claim = plan.slice(begin + 1, end);
    assert.ok(begin >= 0 && end > begin, plan.join('\n'));
    assert.ok(
      claim.some((line) => /(USING COVERING INDEX|Index Scan using) job_offered\b/.test(line)),
      claim.join('\n'),
    );
    assert.ok(
      claim.every((line) => !/Sort|TEMP B-TREE|Seq Scan|SCAN job/.test(line)),
      claim.join('\n'),
    );
  });

  /** What the database does for the statement, a step a line; PostgreSQL after it has looked at the table, as it does by itself in time. */
  async function planOf(parameters: readonly (string | number)[]): Promise<readonly string[]> {
    if (testDatabaseKind() === 'sqlite') {
      const connection = openSqliteConnection(test.databaseUrl.replace('sqlite:', ''));
      try {
        return connection
          .all(statement(`EXPLAIN QUERY PLAN ${activate.sqlite.sql}`), parameters)
          .map((row) => String(row[3]));
      } finally {
        connection.close();
      }
    }
    const client = new pg.Client({ connectionString: test.databaseUrl });
    await client.connect();
    try {
      await client.query('ANALYZE job');
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${activate.postgres.sql}`, [
        ...parameters,
      ]);
      return rows.map((row) => row['QUERY PLAN']);
    } finally {
      await client.end();
    }
  }
});
