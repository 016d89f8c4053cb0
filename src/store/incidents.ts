import type { IncidentRow, IncidentStore } from '../runtime/ports.js';
import { type Session, writeRow } from './session.js';
import { toSqlValue } from './sql-value.js';
import { isOfTenant, statement } from './statement.js';
import { defineTable } from './table.js';

/** An incident, and when it was resolved. */
export type StoredIncident = IncidentRow & { readonly resolvedAt?: number };

export const incidentTable = defineTable<StoredIncident>('incident', {
  incidentId: 'key',
  tenantId: 'key',
  processInstanceId: 'key',
  processDefinitionId: 'key',
  bpmnProcessId: 'key',
  elementId: 'key',
  elementInstanceKey: 'integer',
  incidentKey: 'integer',
  jobId: 'key',
  code: 'key',
  message: 'text',
  createdAt: 'integer',
  resolvedAt: 'integer',
});

const resolve = incidentTable.update(['resolvedAt'], ['incidentId']);
const load = statement(
  `SELECT ${incidentTable.columns} FROM incident WHERE incident_id = $1 AND ${isOfTenant('$2')}`,
);

const move = incidentTable.update(['elementId', 'processDefinitionId', 'bpmnProcessId'], ['incidentId']);

export function createIncidentStore(session: Session): IncidentStore {
  return {
    move: (incidentId, place) => writeRow(session, move, { incidentId, ...place }),
    insert: (row) => writeRow(session, incidentTable.insert, row),
    resolve: (incidentId, resolvedAt) => writeRow(session, resolve, { incidentId, resolvedAt }),
    async load(tenantId, incidentId) {
      const [row] = await session.read(load, [incidentId, tenantId].map(toSqlValue));
      return row && incidentTable.decode(row);
    },
  };
}
