import type { Knex } from 'knex';
import type { ProcessInstanceSummary, SearchRequest } from '../../runtime/ports.js';
import { toSqlValue } from '../sql-value.js';
import { defineTable } from '../table.js';
import type { Search } from './search.js';
import { searchFields } from './search-fields.js';

const summaryTable = defineTable<ProcessInstanceSummary>('process_instance', {
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
  status: 'key',
  errorCode: 'text',
  suspended: 'boolean',
});

const fields = searchFields(
  summaryTable,
  [
    ...(['processInstanceId', 'processDefinitionId', 'bpmnProcessId', 'version', 'status'] as const),
    ...(['hasIncident', 'suspended', 'startedAt'] as const),
  ],
  ['businessKey', 'parentProcessInstanceId', 'errorCode', 'endedAt'],
);

/** The column is `status`; requests know it as `state`, as the contract does. */
export const processInstanceSearch: Search<ProcessInstanceSummary> = {
  table: summaryTable.name,
  columns: summaryTable.columns,
  decode: summaryTable.decode,
  idField: 'processInstanceId',
  fields: new Map([...fields].map(([name, field]) => [name === 'status' ? 'state' : name, field])),
  addFurther: addVariables,
};

/** Each variable by its index; values are compared as JSON text, as they were stored. */
function addVariables(builder: Knex.QueryBuilder, tenantId: string, request: SearchRequest): void {
  for (const { name, value } of request.variables ?? []) {
    builder.whereRaw(
      `process_instance_id IN (
         SELECT process_instance_id FROM process_variable WHERE tenant_id = ? AND name = ? AND value = ?
       )`,
      [tenantId, toSqlValue(name), JSON.stringify(value)],
    );
  }
}
