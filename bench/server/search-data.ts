import Database from 'better-sqlite3';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import pg from 'pg';
import { silentLogger } from '../../src/platform/logger.js';
import { openStore } from '../../src/store/open-store.js';

/** What the searches are asked for: the shares are those of the rows below. */
export const searchData = {
  tenantId: 'default',
  processes: 10,
  customers: 50_000,
  amounts: 1_000,
  channels: ['mobile', 'web', 'voice'],
  /** The instances were started one after the other, at equal distances, in so many days. */
  days: 100,
  /** One in so many waits; beside them one in 33 was canceled, all others have completed. */
  activeEvery: 100,
} as const;

export const firstStartedAt = Date.UTC(2026, 0, 1);
const dayMs = 24 * 60 * 60_000;

/** The id of the nth instance, which is also that of its row. */
export function instanceIdOf(n: number): string {
  return `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
}

/** Writes so many instances and three variables of each by statements of the database's own, as if they had been executed. */
export async function fillForSearch(databaseUrl: string, count: number): Promise<void> {
  await (await openStore({ databaseUrl, logger: silentLogger })).close();
  if (databaseUrl.startsWith('sqlite:')) fillSqlite(databaseUrl.slice('sqlite:'.length), count);
  else await fillPostgres(databaseUrl, count);
}

function fillSqlite(path: string, count: number): void {
  mkdirSync(dirname(path), { recursive: true });
  const database = new Database(path);
  database.pragma('synchronous = OFF');
  database.pragma('cache_size = -262144');
  const series = `WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ${count})`;
  const hex = `printf('%012x', n)`;
  database.exec(`BEGIN; ${series} ${instances(count, hex)}; ${series} ${variables(hex)}; COMMIT`);
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
}

async function fillPostgres(url: string, count: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const series = `WITH numbers AS (SELECT generate_series(0, ${count - 1})::bigint AS n)`;
  const hex = `lpad(to_hex(n), 12, '0')`;
  await client.query(`${series} ${instances(count, hex)}`);
  await client.query(`${series} ${variables(hex)}`);
  await client.query('VACUUM (ANALYZE)');
  await client.end();
}

function instances(count: number, hex: string): string {
  const { tenantId, processes, activeEvery, days } = searchData;
  const stepMs = Math.floor((days * dayMs) / count);
  const status = `CASE WHEN n % ${activeEvery} = 0 THEN 'active' WHEN n % 33 = 0 THEN 'canceled' ELSE 'completed' END`;
  const id = `'00000000-0000-7000-8000-' || ${hex}`;
  const document = `'{"schema":1,"processInstanceId":"' || ${id} || '","status":"' || ${status}
    || '","lastKey":5,"at":0,"elementInstances":{}}'`;
  const startedAt = `${firstStartedAt} + n * ${stepMs}`;
  return `INSERT INTO process_instance (process_instance_id, tenant_id, process_definition_id, bpmn_process_id, version,
      business_key, has_incident, status, started_at, ended_at, revision, document)
    SELECT ${id}, '${tenantId}', 'definition-' || (n % ${processes}), 'process-' || (n % ${processes}), 1,
      'order-' || n, 0, ${status}, ${startedAt},
      CASE WHEN n % ${activeEvery} = 0 THEN NULL ELSE ${startedAt} + 60000 END, 4, ${document}
    FROM numbers`;
}

/** A customer has few instances, an amount a thousandth of all, a channel a third. */
function variables(hex: string): string {
  const { tenantId, customers, amounts, channels } = searchData;
  const channel = channels.map((name, index) => `WHEN ${index} THEN '"${name}"'`).join(' ');
  return `INSERT INTO process_variable (process_instance_id, name, tenant_id, value)
    SELECT '00000000-0000-7000-8000-' || ${hex}, name, '${tenantId}', CASE name
      WHEN 'customer' THEN '"customer-' || (n % ${customers}) || '"'
      WHEN 'amount' THEN CAST(n % ${amounts} AS text)
      ELSE CASE n % ${channels.length} ${channel} END END
    FROM numbers CROSS JOIN (SELECT 'amount' AS name UNION ALL SELECT 'channel' UNION ALL SELECT 'customer') AS names`;
}
