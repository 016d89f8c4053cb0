import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import pg from 'pg';
import { activate } from '../../src/store/jobs.js';
import { openSqliteConnection } from '../../src/store/sqlite/sqlite-connection.js';
import { statement } from '../../src/store/statement.js';
import { copyRows } from '../support/copy-rows.js';
import { testDatabaseKind } from '../support/services.js';
import { jobRow, someTime, tenantId } from './rows.js';
import { useTestStore } from './use-test-store.js';

const claimed = 500;
const few = 1_000;
const backlog = 100_000;
const parameters = [tenantId, 'many', claimed, someTime, 'w', someTime + 1_000];

/** What one claim costs the database, on any machine and under any load. */
interface ClaimCost {
  /** PostgreSQL: rows that its steps look at. SQLite: pages of 4 KiB that it reads with an empty cache (Linux tells; elsewhere NaN). */
  readonly looks: number;
  readonly plan: readonly string[];
}

describe('a backlog of jobs', function () {
  this.timeout(60_000);
  const test = useTestStore();

  const fill = (from: number, to: number): Promise<void> =>
    copyRows(test.databaseUrl, {
      table: 'job',
      where: `job_id = 'many-0'`,
      ...{ from, to },
      set: {
        job_id: `'many-' || (1000000 + i)`,
        created_at: `${someTime} + i`,
        process_instance_id: `'instance-' || (1000000 + i)`,
      },
    });

  it('row 15: backlog of a hundred thousand: a claim looks at no more than with a thousand, along an index in the order of the claim', async () => {
    await test.write((tx) => tx.jobs.insert(jobRow({ jobId: 'many-0', type: 'many', createdAt: someTime })));
    await fill(1, few);
    const small = await costOfClaim();
    await fill(few, backlog);
    const large = await costOfClaim();
    process.stdout.write(`    ${small.looks} looks with ${few} jobs, ${large.looks} with ${backlog}\n`);
    // The rate of a claim is at least 80 % of that from few.
    if (!Number.isNaN(small.looks))
      assert.ok(large.looks <= small.looks / 0.8, `${large.looks}, ${small.looks}`);
    const begin = large.plan.findIndex((line) => /(CTE|MATERIALIZE) offered$/.test(line));
    const end = large.plan.findIndex((line) => /CTE overdue$|^SCAN offered$/.test(line));
    const claim = large.plan.slice(begin + 1, end);
    assert.ok(begin >= 0 && end > begin, large.plan.join('\n'));
    assert.ok(
      claim.some((line) => /(USING COVERING INDEX|Index Scan using) job_offered\b/.test(line)),
      claim.join('\n'),
    );
    assert.ok(
      claim.every((line) => !/Sort|TEMP B-TREE|Seq Scan|SCAN job/.test(line)),
      claim.join('\n'),
    );
  });

  function costOfClaim(): ClaimCost | Promise<ClaimCost> {
    return testDatabaseKind() === 'sqlite' ? onSqlite() : onPostgres();
  }

  function onSqlite(): ClaimCost {
    const connection = openSqliteConnection(test.databaseUrl.replace('sqlite:', ''));
    try {
      const explain = statement(`EXPLAIN QUERY PLAN ${activate.sqlite.sql}`);
      const plan = connection.all(explain, parameters).map((row) => String(row[3]));
      connection.run(statement('BEGIN IMMEDIATE'), []);
      const before = bytesRead();
      const jobs = connection.all(activate.sqlite, parameters);
      const looks = Math.round((bytesRead() - before) / 4_096);
      connection.run(statement('ROLLBACK'), []);
      assert.equal(jobs.length, claimed);
      return { looks, plan };
    } finally {
      connection.close();
    }
  }

  async function onPostgres(): Promise<ClaimCost> {
    const client = new pg.Client({ connectionString: test.databaseUrl });
    await client.connect();
    try {
      await client.query('BEGIN');
      const explain = `EXPLAIN (ANALYZE, TIMING OFF) ${activate.postgres.sql}`;
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(explain, [...parameters]);
      await client.query('ROLLBACK');
      const plan = rows.map((row) => row['QUERY PLAN']);
      const looks = plan.reduce((sum, line) => {
        const [, found = 0, loops = 0] = /actual rows=(\d+) loops=(\d+)/.exec(line) ?? [];
        const passedOver = Number(/^\s*Rows Removed by .*: (\d+)$/.exec(line)?.[1] ?? 0);
        return sum + Number(found) * Number(loops) + passedOver;
      }, 0);
      return { looks, plan: plan.map((line) => line.replace(/ {2}\(cost.*$/, '')) };
    } finally {
      await client.end();
    }
  }
});

/** By this process so far: what SQLite reads from its files is among it, and nothing else is read while it does. */
function bytesRead(): number {
  try {
    return Number(/^rchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
  } catch {
    return Number.NaN;
  }
}
