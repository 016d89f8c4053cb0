import type { JobRow } from '../../runtime/ports.js';
import { jobTable } from '../jobs.js';
import { statement, tenantStatement } from '../statement.js';
import type { Search } from './search.js';
import { searchFields } from './search-fields.js';

export const jobSearch: Search<JobRow> = {
  table: jobTable.name,
  columns: jobTable.columns,
  decode: jobTable.decode,
  idField: 'jobId',
  fields: searchFields(
    jobTable,
    [
      ...(['jobId', 'type', 'state', 'retries', 'priority', 'createdAt', 'availableAt', 'fence'] as const),
      ...(['elementId', 'elementInstanceKey'] as const),
      ...(['processInstanceId', 'processDefinitionId', 'bpmnProcessId'] as const),
    ],
    ['worker', 'deadline', 'businessKey', 'errorMessage'],
  ),
};

/** When the next job of a type becomes ready by the passing of time. */
export const nextOfferedFrom = tenantStatement(
  `SELECT offered_from FROM job WHERE tenant_id = $1 AND type = $2 AND offered_from IS NOT NULL
   ORDER BY offered_from LIMIT 1`,
);

/** When the next timer is due, of any tenant: the clock is everybody's. */
export const nextTimerDue = statement(`SELECT due_at FROM timer ORDER BY due_at LIMIT 1`);
