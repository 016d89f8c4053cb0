// PostgreSQL only: SQLite plans by the indexes there are, whatever the tables hold.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import pg from 'pg';
import { activate, lock } from '../../../src/store/jobs.js';
import { sessionOptions } from '../../../src/store/postgres/connection-pool.js';
import { readInstances } from '../../../src/store/process-instances.js';
import { jobRow, someTime, tenantId } from '../rows.js';
import { useTestStore } from '../use-test-store.js';

/** Statements about several rows, with parameters of so many types: a prepared one keeps its plan for as long as its connection lives. */
const statements = {
  'instances by their ids': [readInstances.postgres.sql, [tenantId, '["a","b"]']],
  'jobs by their ids and fences': [
    lock.postgres.sql,
    [tenantId, '[["a",1]]', someTime, 'w', someTime, null, null],
  ],
  'the next jobs of a type': [activate.postgres.sql, [tenantId, 'work', 16, someTime, 'w', someTime]],
} as const;

describe('a plan that was made while tables were small', () => {
  const test = useTestStore();

  for (const [name, [sql, parameters]] of Object.entries(statements)) {
    it(`reads ${name} by an index`, async () => {
      await test.write((tx) => tx.jobs.insert(jobRow({ jobId: 'one', type: 'work' })));
      const client = new pg.Client({ connectionString: test.databaseUrl, options: sessionOptions });
      await client.connect();
      try {
        await client.query('ANALYZE');
        await client.query('SET plan_cache_mode = force_generic_plan');
        await client.query(`PREPARE kept AS ${sql}`);
        const values = parameters.map((value) =>
          typeof value === 'string' ? `'${value}'` : String(value ?? 'NULL'),
        );
        const { rows } = await client.query<{ 'QUERY PLAN': string }>(
          `EXPLAIN EXECUTE kept(${values.join(', ')})`,
        );
        const plan = rows.map((row) => row['QUERY PLAN']);
        assert.ok(
          plan.some((line) => /Index/.test(line)) && !plan.some((line) => /Seq Scan/.test(line)),
          plan.join('\n'),
        );
      } finally {
        await client.end();
      }
    });
  }
});
