import { incidentTable, type StoredIncident } from '../incidents.js';
import { ofProcesses } from './reach-conditions.js';
import type { Search } from './search.js';
import { searchFields } from './search-fields.js';

export const incidentSearch: Search<StoredIncident> = {
  table: incidentTable.name,
  columns: incidentTable.columns,
  decode: incidentTable.decode,
  within: (reach) => ofProcesses(incidentTable.name, reach),
  idField: 'incidentId',
  fields: searchFields(
    incidentTable,
    [
      ...(['incidentId', 'code', 'message', 'createdAt', 'elementId', 'elementInstanceKey'] as const),
      ...(['processInstanceId', 'processDefinitionId', 'bpmnProcessId'] as const),
    ],
    ['jobId', 'resolvedAt'],
  ),
};
