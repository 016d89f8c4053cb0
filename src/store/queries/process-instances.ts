import type { ProcessInstanceSummary, SearchRequest } from '../../runtime/ports.js';
import { escapedText, textOf } from '../sql-value.js';
import { tenantStatement } from '../statement.js';
import { defineTable } from '../table.js';
import type { Membership } from './membership.js';
import { ofProcesses } from './reach-conditions.js';
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
  within: (reach) => ofProcesses(summaryTable.name, reach),
  idField: 'processInstanceId',
  fields: new Map([...fields].map(([name, field]) => [name === 'status' ? 'state' : name, field])),
  memberships: variablesOf,
};

/** The same, for those who need the ids alone. */
export const processInstanceIdSearch: Search<string> = {
  ...processInstanceSearch,
  columns: summaryTable.columnOf('processInstanceId'),
  decode: ([id]) => textOf(id),
};

/** Counts no further than the second parameter says. */
export const activeInstanceCount = tenantStatement(
  `SELECT count(*) FROM (
     SELECT 1 FROM process_instance WHERE tenant_id = $1 AND status = 'active' LIMIT $2
   ) AS counted`,
);

/**
 * So many variables are conditions of their own, which lets the database begin with the rarest. PostgreSQL plans hundreds of them for minutes, and
 * SQLite refuses what is nested a thousand deep: the others are one condition together.
 */
const conditionsMax = 16;

/** Values are compared as JSON text, as they were stored. */
function variablesOf(request: SearchRequest): readonly Membership[] {
  const given = (request.variables ?? []).map(
    ({ name, value }) => [escapedText(name), JSON.stringify(value)] as const,
  );
  const distinct = [...new Map(given.map((one) => [JSON.stringify(one), one])).values()];
  const place = { table: 'process_variable', idColumn: 'process_instance_id' };
  const others = distinct.slice(conditionsMax);
  const alone = distinct
    .slice(0, conditionsMax)
    .map((parameters): Membership => ({ ...place, condition: 'name = ? AND value = ?', parameters }));
  if (others.length === 0) return alone;
  // An instance has one row for each name: it has them all when so many rows fit.
  const pairs = others.map(() => '(?, ?)').join(', ');
  const together = { condition: `(name, value) IN (VALUES ${pairs})`, parameters: others.flat() };
  return [...alone, { ...place, ...together, rows: others.length }];
}
