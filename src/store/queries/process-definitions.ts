import type { ProcessDefinitionRow } from '../../runtime/ports.js';
import { processDefinitionTable } from '../definitions.js';
import { tenantStatement } from '../statement.js';
import { ofProcesses } from './reach-conditions.js';
import type { Search } from './search.js';
import { searchFields } from './search-fields.js';

export const processDefinitionSearch: Search<ProcessDefinitionRow> = {
  table: processDefinitionTable.name,
  columns: processDefinitionTable.columns,
  decode: processDefinitionTable.decode,
  within: (reach) => ofProcesses(processDefinitionTable.name, reach),
  idField: 'processDefinitionId',
  fields: searchFields(
    processDefinitionTable,
    ['processDefinitionId', 'bpmnProcessId', 'version', 'deploymentId', 'resourceName', 'deployedAt'],
    ['name', 'versionTag'],
  ),
};

/** The latest version of every process. */
export const latestDefinitions = tenantStatement(
  `SELECT ${processDefinitionTable.columns} FROM process_definition
   WHERE tenant_id = $1 AND (bpmn_process_id, version) IN (
     SELECT bpmn_process_id, max(version) FROM process_definition WHERE tenant_id = $1 GROUP BY bpmn_process_id
   )
   ORDER BY bpmn_process_id`,
);
