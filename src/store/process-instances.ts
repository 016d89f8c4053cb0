import { documentOf, type ProcessInstanceRow, type ProcessInstanceStore, stateOf } from '../runtime/ports.js';
import { perDialect } from './dialect.js';
import type { InstanceUnit } from './instance-unit.js';
import { lockingRead, type Session, writeRow } from './session.js';
import { type SqlRow, textOf } from './sql-value.js';
import { isOfTenant, statement, tenantStatement } from './statement.js';
import { defineTable, type Write } from './table.js';

type InstanceColumns = Omit<ProcessInstanceRow, 'state'>;

const instanceColumns = {
  processInstanceId: 'key',
  tenantId: 'key',
  processDefinitionId: 'key',
  bpmnProcessId: 'key',
  version: 'integer',
  businessKey: 'key',
  parentProcessInstanceId: 'key',
  parentElementInstanceKey: 'integer',
  rootProcessInstanceId: 'key',
  traceparent: 'text',
  hasIncident: 'boolean',
  startedAt: 'integer',
  endedAt: 'integer',
  revision: 'integer',
} as const;

const columnTable = defineTable<InstanceColumns>('process_instance', instanceColumns);

/** With the fields of the state that searches use, and the document. */
type StoredRow = InstanceColumns & {
  readonly status: string;
  readonly errorCode?: string;
  readonly suspended: boolean;
  readonly document: string;
};

const storedTable = defineTable<StoredRow>('process_instance', {
  ...instanceColumns,
  status: 'key',
  errorCode: 'text',
  suspended: 'boolean',
  document: 'text',
});

/** What may change besides revision and document; few commands do so, and each index on a column set is written again. */
const searchedFields = [
  ...(['processDefinitionId', 'bpmnProcessId', 'version', 'businessKey', 'hasIncident', 'endedAt'] as const),
  ...(['status', 'errorCode', 'suspended'] as const),
] as const;

const updateDocument = updateOf(['revision', 'document']);
const endFields = ['status', 'endedAt', 'errorCode'] as const;
const updateEnd = updateOf([...endFields, 'revision', 'document']);
const updateAll = updateOf([...searchedFields, 'revision', 'document']);

/** An update that fails unless the row has the revision that it replaces. */
function updateOf(fields: readonly (keyof StoredRow)[]): Write<StoredRow & { readonly replaced: number }> {
  const update = storedTable.update(fields, ['processInstanceId']);
  const sql = `${update.statement.sql} AND revision = $${fields.length + 2}`;
  return {
    statement: statement(sql, { changesOneRow: true }),
    encode: (row) => [...update.encode(row), row.replaced],
  };
}

/** The columns of `decodeInstance`. */
const readInstanceColumns = `${columnTable.columns}, document`;

/** As `decodeInstance` has them, with null for a document that is long: it may be known already. */
export const readShortInstanceColumns = `${columnTable.columns}, CASE WHEN octet_length(document) <= 16384 THEN document END`;

/** Reads an instance for a unit of work; the second parameter is a revision whose document is known already. */
export const loadInstance = lockingRead(
  `SELECT ${columnTable.columns}, CASE WHEN revision = $2 THEN NULL ELSE document END
   FROM process_instance WHERE process_instance_id = $1`,
);

/** One instance, by tenant and id, as committed. */
export const readInstance = tenantStatement(
  `SELECT ${readInstanceColumns} FROM process_instance WHERE process_instance_id = $2 AND ${isOfTenant('$1')}`,
);

/** Reads instances of a tenant without locking them; the second parameter is a JSON array of ids. */
export const readInstances = perDialect(({ isIn }) =>
  tenantStatement(
    `SELECT ${readInstanceColumns} FROM process_instance
     WHERE ${isIn('process_instance_id', '$2')} AND ${isOfTenant('$1')}`,
  ),
);

const findAllCalled = tenantStatement(
  `SELECT process_instance_id FROM process_instance
   WHERE parent_process_instance_id = $2 AND tenant_id = $1 ORDER BY process_instance_id LIMIT $3`,
);

/** Everything that is an instance's own, what others refer to last. */
const removals = [
  statement(
    `DELETE FROM user_task_candidate WHERE user_task_id IN (
       SELECT user_task_id FROM user_task WHERE process_instance_id = $1
     )`,
  ),
  ...(
    [
      ...(['user_task', 'incident', 'journal', 'process_variable', 'element_instance'] as const),
      'webhook_delivery',
      'process_instance',
    ] as const
  ).map((table) => statement(`DELETE FROM ${table} WHERE process_instance_id = $1`)),
];

const findCalled = tenantStatement(
  `SELECT process_instance_id FROM process_instance
   WHERE parent_process_instance_id = $2 AND parent_element_instance_key = $3 AND (status = 'active') IS TRUE AND ${isOfTenant('$1')}
   ORDER BY process_instance_id`,
);

/** Bounded: it stops at the limit, which is the third parameter. */
const countActiveCalled = tenantStatement(
  `SELECT count(*) FROM (
     SELECT 1 FROM process_instance
     WHERE root_process_instance_id = $2 AND ended_at IS NULL AND ${isOfTenant('$1')} LIMIT $3
   ) AS called`,
);

/** The port's row. Where the document was left out, `known` has its state. */
export function decodeInstance(row: SqlRow, known?: ProcessInstanceRow): ProcessInstanceRow {
  const columns = columnTable.decode(row);
  const document = row.at(-1);
  if (document === null && known?.revision === columns.revision) return known;
  return { ...columns, state: stateOf(textOf(document)) };
}

/** What the database holds of an instance: the revision, and the row where it has been read. */
export interface StoredVersion {
  readonly revision: number;
  readonly row: ProcessInstanceRow | undefined;
}

/**
 * Writes the instance as it is now in place of what is stored, undefined without any. The statement fails when another
 * revision is stored. Answers the length of the document.
 */
export function writeInstance(
  session: Session,
  row: ProcessInstanceRow,
  stored: StoredVersion | undefined,
): number {
  const next = storedRowOf(row);
  if (stored === undefined) {
    writeRow(session, storedTable.insert, next);
  } else {
    const update = stored.row === undefined ? updateAll : updateFor(storedFieldsOf(stored.row), next);
    writeRow(session, update, { ...next, replaced: stored.revision });
  }
  return next.document.length;
}

/** The narrowest update that writes what differs. */
function updateFor(before: SearchedRow, after: SearchedRow): typeof updateAll {
  const changed = searchedFields.filter((field) => before[field] !== after[field]);
  if (changed.length === 0) return updateDocument;
  return changed.every((field) => isEndField(field)) ? updateEnd : updateAll;
}

function isEndField(field: (typeof searchedFields)[number]): boolean {
  return endFields.some((endField) => endField === field);
}

function storedRowOf(row: ProcessInstanceRow): StoredRow {
  return { ...storedFieldsOf(row), document: documentOf(row.state) };
}

type SearchedRow = Omit<StoredRow, 'document'>;

/** Every field named, also those that may be absent, so that none is forgotten. */
type AllFields<T> = { readonly [K in keyof Required<T>]: T[K] };

/** Written field by field: to leave one out of a copy costs several times as much. */
function storedFieldsOf(row: ProcessInstanceRow): AllFields<SearchedRow> {
  const { status, errorCode, suspended = false } = row.state;
  return {
    processInstanceId: row.processInstanceId,
    tenantId: row.tenantId,
    processDefinitionId: row.processDefinitionId,
    bpmnProcessId: row.bpmnProcessId,
    version: row.version,
    businessKey: row.businessKey,
    parentProcessInstanceId: row.parentProcessInstanceId,
    parentElementInstanceKey: row.parentElementInstanceKey,
    rootProcessInstanceId: row.rootProcessInstanceId,
    traceparent: row.traceparent,
    hasIncident: row.hasIncident,
    startedAt: row.startedAt,
    endedAt: row.endedAt,
    revision: row.revision,
    status,
    errorCode,
    suspended,
  };
}

/** The port, over the unit's view of the instances. */
export function createProcessInstanceStore(session: Session, unit: InstanceUnit): ProcessInstanceStore {
  return {
    load: (tenantId, processInstanceId) => unit.load(tenantId, processInstanceId),
    read: (tenantId, processInstanceIds) => unit.read(tenantId, processInstanceIds),
    insert: (row) => unit.insert(row),
    save: (row) => unit.save(row),
    remove(processInstanceId) {
      unit.remove(processInstanceId);
      for (const removal of removals) session.write(removal, [processInstanceId]);
    },
    async findAllCalled(tenantId, parentProcessInstanceId, limit) {
      unit.flush();
      const rows = await session.read(findAllCalled, [tenantId, parentProcessInstanceId, limit + 1]);
      return rows.map(([id]) => textOf(id));
    },
    async findCalled(tenantId, parentProcessInstanceId, parentElementInstanceKey) {
      unit.flush();
      const parameters = [tenantId, parentProcessInstanceId, parentElementInstanceKey];
      const rows = await session.read(findCalled, parameters);
      return rows.map(([id]) => textOf(id));
    },
    async countActiveCalled(tenantId, rootProcessInstanceId, limit) {
      unit.flush();
      const [row] = await session.read(countActiveCalled, [tenantId, rootProcessInstanceId, limit]);
      return Number(row?.[0] ?? 0);
    },
  };
}
