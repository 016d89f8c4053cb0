import type pg from 'pg';

interface Column {
  readonly table: string;
  readonly column: string;
  readonly type: string;
}

/** Rows without meaning, of all tables, as many in each: of one tenant, with ids and times of their own, and ten values of what is shared by many. */
export async function fillTables(client: pg.Client, count: number): Promise<void> {
  const { rows } = await client.query<Column>(
    `SELECT table_name AS table, column_name AS column, data_type AS type FROM information_schema.columns
     WHERE table_schema = 'public' AND is_identity = 'NO' AND table_name NOT LIKE 'schema_migration%'
       AND table_name NOT LIKE '%\\_removal'
     ORDER BY table_name, ordinal_position`,
  );
  const columnsOf = new Map<string, Column[]>();
  for (const row of rows) columnsOf.set(row.table, [...(columnsOf.get(row.table) ?? []), row]);
  // Without foreign keys and triggers: what the rows refer to need not be there.
  await client.query('SET session_replication_role = replica');
  for (const [table, columns] of columnsOf) {
    // What the planner knows about the table changes when a test analyzes it, and not by chance.
    await client.query(`ALTER TABLE ${table} SET (autovacuum_enabled = false)`);
    const names = columns.map(({ column }) => `"${column}"`).join(', ');
    await client.query(
      `INSERT INTO ${table} (${names}) SELECT ${columns.map(valueOf).join(', ')}
       FROM generate_series(1, ${count}) AS number(i) ON CONFLICT DO NOTHING`,
    );
  }
  await client.query('SET session_replication_role = origin');
}

const shared =
  /^(state|status|kind|type|element_type|element_id|bpmn_process_id|process_definition_id|decision_id|name|part|message_name|signal_name)$/;
const mayBeAbsent = /^(parent_.*|business_key|ended_at|resolved_at|assignee|version_tag)$/;

function valueOf({ column, type }: Column): string {
  const isText = type === 'text' || type.startsWith('character');
  if (column === 'tenant_id') return `'default'`;
  if (/^(is_|has_|suspended)/.test(column)) return '(i % 10 = 0)::int';
  if (shared.test(column)) return `'v' || (i % 10)`;
  if (mayBeAbsent.test(column)) return `CASE WHEN i % 2 = 0 THEN ${isText ? `'u' || i` : 'i'} END`;
  if (type.startsWith('timestamp')) return 'now()';
  return isText ? `'u' || i` : 'i';
}
