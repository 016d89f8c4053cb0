import type { ProcessInstanceRow, ProcessInstanceStore } from '../runtime/ports.js';
import { perDialect } from './dialect.js';
import type { InstanceUnit } from './instance-unit.js';
import { type Session, writeRow } from './session.js';
import { type SqlRow, type SqlValue, textOf } from './sql-value.js';
import { statement, tenantStatement } from './statement.js';
import { defineTable } from './table.js';

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
  hasIncident: 'boolean',
  startedAt: 'integer',
  endedAt: 'integer',
  revision: 'integer',
} as const;

const columnTable = defineTable<InstanceColumns>('process_instance', instanceColumns);

/** With the fields of the state that searches use, and the document. */
const storedTable = defineTable<
  InstanceColumns & { readonly status: string; readonly errorCode?: string; readonly document: string }
>('process_instance', { ...instanceColumns, status: 'key', errorCode: 'text', document: 'text' });

const update = storedTable.update(
  [
    ...(['processDefinitionId', 'version', 'businessKey', 'hasIncident', 'endedAt', 'revision'] as const),
    ...(['status', 'errorCode', 'document'] as const),
  ],
  ['processInstanceId'],
);
const updateStatement = statement(`${update.statement.sql} AND revision = $11`, { changesOneRow: true });

/** The columns of `decodeInstance`. */
const readInstanceColumns = `${columnTable.columns}, document`;

/** Reads an instance for a unit of work; the second parameter is a revision whose document is known already. */
export const loadInstance = perDialect(({ forUpdate }) =>
  statement(
    `SELECT ${columnTable.columns}, CASE WHEN revision = $2 THEN NULL ELSE document END
     FROM process_instance WHERE process_instance_id = $1 ${forUpdate}`,
  ),
);

/** One instance, by tenant and id, as committed. */
export const readInstance = tenantStatement(
  `SELECT ${readInstanceColumns} FROM process_instance WHERE tenant_id = $1 AND process_instance_id = $2`,
);

/** Reads instances of a tenant without locking them; the second parameter is a JSON array of ids. */
export const readInstances = perDialect(({ jsonElements }) =>
  tenantStatement(
    `SELECT ${readInstanceColumns} FROM process_instance
     WHERE tenant_id = $1 AND process_instance_id IN ${jsonElements('$2')}`,
  ),
);

const findCalled = tenantStatement(
  `SELECT process_instance_id FROM process_instance
   WHERE parent_process_instance_id = $2 AND parent_element_instance_key = $3 AND tenant_id = $1 AND status = 'active'
   ORDER BY process_instance_id`,
);

/** The port's row. Where the document was left out, `known` has its state. */
export function decodeInstance(row: SqlRow, known?: ProcessInstanceRow): ProcessInstanceRow {
  const columns = columnTable.decode(row);
  const document = row.at(-1);
  if (document === null && known?.revision === columns.revision) return known;
  return { ...columns, state: JSON.parse(textOf(document)) as ProcessInstanceRow['state'] };
}

/**
 * Writes the instance as it is now. `storedRevision` is the one in the database, undefined without any: the statement
 * that replaces another revision fails. Answers the length of the document.
 */
export function writeInstance(
  session: Session,
  row: ProcessInstanceRow,
  storedRevision: number | undefined,
): number {
  const { state, ...rest } = row;
  const document = JSON.stringify(state);
  const stored = { ...rest, status: state.status, errorCode: state.errorCode, document };
  if (storedRevision === undefined) {
    writeRow(session, storedTable.insert, stored);
  } else {
    const parameters: readonly SqlValue[] = [...update.encode(stored), storedRevision];
    session.write(updateStatement, parameters);
  }
  return document.length;
}

/** The port, over the unit's view of the instances. */
export function createProcessInstanceStore(session: Session, unit: InstanceUnit): ProcessInstanceStore {
  return {
    load: (tenantId, processInstanceId) => unit.load(tenantId, processInstanceId),
    read: (tenantId, processInstanceIds) => unit.read(tenantId, processInstanceIds),
    insert: (row) => unit.insert(row),
    save: (row) => unit.save(row),
    async findCalled(tenantId, parentProcessInstanceId, parentElementInstanceKey) {
      unit.flush();
      const parameters = [tenantId, parentProcessInstanceId, parentElementInstanceKey];
      const rows = await session.read(findCalled, parameters);
      return rows.map(([id]) => textOf(id));
    },
  };
}
