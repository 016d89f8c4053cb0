// PostgreSQL only: SQLite plans by the indexes there are, whatever the tables hold.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import pg from 'pg';
import { silentLogger } from '../../../src/platform/logger.js';
import { activate } from '../../../src/store/jobs.js';
import { ConnectionPool, sessionOptions } from '../../../src/store/postgres/connection-pool.js';
import {
  composedStatement,
  preparedStatements,
  type Statement,
  statement,
} from '../../../src/store/statement.js';
import { fillTables } from './fill-tables.js';
import { useTestStore } from '../use-test-store.js';

/** What SQLite alone is asked, and what has no plan. */
const isNotPlanned = ({ sql }: Statement): boolean =>
  /json_each|json_quote|sqlite_master|^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|DISCARD|LISTEN|SET)\b/.test(
    sql,
  );

/** Reads a few rows of one small table, or all that there are. */
const readsAll =
  /^SELECT definition.bpmn_process_id, sum|FROM journal_removal$|^DELETE FROM rate_bucket|ORDER BY deployed_at DESC/;

describe('a plan that was made while tables were small', () => {
  const test = useTestStore();

  it('reads rows by their primary keys where one does that is made when they are large, and goes through no table', async function comparePlans() {
    this.timeout(60_000);
    const client = new pg.Client({ connectionString: test.databaseUrl, options: sessionOptions });
    await client.connect();
    try {
      await client.query('SET plan_cache_mode = force_generic_plan');
      const statements = [...preparedStatements.values()].filter((one) => !isNotPlanned(one));
      assert.ok(statements.length > 150, `found ${statements.length} statements`);
      await fillTables(client, 1_000);
      const early = await readsOf(client, statements);
      await fillTables(client, 20_000);
      await client.query('ANALYZE');
      const late = await readsOf(client, statements);
      const missing = statements.flatMap(({ name, sql }) => {
        const rows = (reads: readonly string[] = []) => reads.filter((read) => read.endsWith('_pkey'));
        const lost = rows(late.get(name)).filter((index) => !rows(early.get(name)).includes(index));
        return lost.map((index) => `${sql}: ${index}, but early ${early.get(name)?.join(', ')}`);
      });
      assert.deepEqual(missing, []);
      const lookups = [...late.values()].filter((reads) => reads.some((read) => read.endsWith('_pkey')));
      assert.ok(lookups.length > 80, `${lookups.length} statements name rows`);
      const scanning = statements.filter(
        ({ name, sql }) => late.get(name)?.includes(seqScan) && !readsAll.test(sql),
      );
      assert.deepEqual(
        scanning.map(({ sql }) => sql),
        [],
      );
    } finally {
      await client.end();
    }
  });
});

describe('a plan of a table that PostgreSQL has not looked at yet', () => {
  const test = useTestStore();

  it('claims jobs in the order of their index: no other one names the type of jobs that are offered, be it smaller', async () => {
    const client = new pg.Client({ connectionString: test.databaseUrl, options: sessionOptions });
    await client.connect();
    try {
      const { sql } = activate.postgres;
      const claim = ['t', 'charge', 50, 0, 'w', 0];
      const plan = async (): Promise<string> => {
        const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN (COSTS false) ${sql}`, claim);
        const lines = rows.map((row) => row['QUERY PLAN']).join('\n');
        return lines.slice(0, lines.indexOf('CTE overdue'));
      };
      await client.query('BEGIN');
      await client.query('SET LOCAL enable_seqscan = off');
      assert.match(await plan(), /Index Scan using job_offered on job/);
      await client.query('DROP INDEX job_offered');
      assert.doesNotMatch(await plan(), /Index Cond: .*\(type = /);
      await client.query('ROLLBACK');
    } finally {
      await client.end();
    }
  });
});

describe('the plans of a connection', () => {
  const test = useTestStore();

  it('are made anew after a second, so that none of an empty table is kept', async () => {
    let elapsedMs = 0;
    const pool = new ConnectionPool(test.databaseUrl, {
      logger: silentLogger,
      connectionsMax: 1,
      elapsed: () => elapsedMs,
      onConnectionLost: () => undefined,
    });
    const filler = new pg.Client(test.databaseUrl);
    await filler.connect();
    try {
      const byId = statement('SELECT 1 FROM job WHERE job_id = $1');
      const indexes = async (): Promise<string> => {
        await pool.run([{ statement: byId, parameters: ['one'] }]);
        const explain = composedStatement(`EXPLAIN (COSTS false) EXECUTE ${byId.name}('one')`);
        const [answer] = await pool.run([{ statement: explain, parameters: [] }]);
        return answer?.rows.join('\n') ?? '';
      };
      // After five plans for their very parameters PostgreSQL keeps one for all.
      for (let count = 0; count < 6; count++) await indexes();
      const early = await indexes();
      await fillTables(filler, 1_000);
      assert.equal(await indexes(), early);
      elapsedMs = 1_000;
      assert.match(await indexes(), /Index Only Scan using job_pkey/);
    } finally {
      await filler.end();
      await pool.close();
    }
  });

  it('are made once for whatever parameters, those of searches each time for their own', async () => {
    const pool = new ConnectionPool(test.databaseUrl, {
      logger: silentLogger,
      connectionsMax: 1,
      onConnectionLost: () => undefined,
    });
    try {
      const setting = `current_setting('plan_cache_mode')`;
      const kept = statement(`SELECT ${setting}`);
      const search = composedStatement(`SELECT ${setting}, 1 / $1::bigint`);
      const connection = await pool.connect();
      const modes = async (divisor: number): Promise<readonly unknown[]> => {
        const items = [
          { statement: kept, parameters: [] },
          { statement: search, parameters: [divisor] },
        ];
        return (await connection.run(items)).map(({ rows }) => rows[0]?.[0]);
      };
      assert.deepEqual(await modes(1), ['force_custom_plan', 'force_custom_plan']);
      await assert.rejects(modes(0), /division by zero/);
      const [after] = await connection.run([{ statement: kept, parameters: [] }]);
      assert.deepEqual(after?.rows, [['force_generic_plan']]);
      connection.release(false);
    } finally {
      await pool.close();
    }
  });
});

const seqScan = 'Seq Scan';

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly Plans?: readonly PlanNode[];
}

/** For each statement the indexes in which its generic plan looks something up, and whether it goes through a table. */
async function readsOf(
  client: pg.Client,
  statements: readonly Statement[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>();
  for (const { name, sql } of statements) {
    await client.query(`PREPARE ${name} AS ${sql}`);
    const { rows: prepared } = await client.query<{ count: number }>(
      'SELECT cardinality(parameter_types) AS count FROM pg_prepared_statements WHERE name = $1',
      [name],
    );
    const parameters = Array.from({ length: prepared[0]?.count ?? 0 }, () => 'NULL').join(', ');
    const { rows } = await client.query<{ 'QUERY PLAN': readonly [{ readonly Plan: PlanNode }] }>(
      `EXPLAIN (FORMAT JSON, COSTS false) EXECUTE ${name}${parameters === '' ? '' : `(${parameters})`}`,
    );
    const plan = rows[0]?.['QUERY PLAN'][0].Plan;
    found.set(name, plan === undefined ? [] : [...scansOf(plan)]);
    await client.query(`DEALLOCATE ${name}`);
  }
  return found;
}

function* scansOf(node: PlanNode): Generator<string> {
  const { 'Index Name': index, 'Index Cond': condition = '<' } = node;
  // A range is no row, and a join may be done in other ways.
  if (index !== undefined && /\$\d/.test(condition) && !/[<>]/.test(condition)) yield index;
  if (node['Node Type'] === seqScan) yield seqScan;
  for (const inner of node.Plans ?? []) yield* scansOf(inner);
}
