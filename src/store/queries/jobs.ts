import type { JobRow, JobState } from '../../runtime/ports.js';
import { jobTable } from '../jobs.js';
import { statement, tenantStatement } from '../statement.js';
import { ofProcesses } from './reach-conditions.js';
import type { Search } from './search.js';
import { searchFields } from './search-fields.js';

export const jobSearch: Search<JobRow> = {
  table: jobTable.name,
  columns: jobTable.columns,
  decode: jobTable.decode,
  within: (reach) => [
    ...ofProcesses(jobTable.name, reach),
    ...(reach.jobTypes === undefined ? [] : [{ sql: 'job.type IN LIST', names: reach.jobTypes }]),
  ],
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

/** When a job of a type can be activated next: in the past where one is offered, else the first end of a back-off or deadline. */
export const nextOfferedFrom = tenantStatement(
  `SELECT min(ready_at) FROM (
     SELECT * FROM (
       SELECT available_at AS ready_at FROM job
       WHERE tenant_id = $1 AND type = $2 AND is_offered = 1 AND is_suspended = 0 ORDER BY priority DESC LIMIT 1
     ) AS offered
     UNION ALL
     SELECT * FROM (
       SELECT offered_from AS ready_at FROM job
       WHERE tenant_id = $1 AND type = $2 AND offered_from IS NOT NULL AND is_suspended = 0 ORDER BY offered_from LIMIT 1
     ) AS later
   ) AS next`,
);

export const jobCounts = tenantStatement(
  `SELECT type, state, count(*) FROM (SELECT type, state FROM job WHERE tenant_id = $1 LIMIT 50000) AS first
   GROUP BY type, state ORDER BY type, state`,
);

const jobStates: readonly JobState[] = ['created', 'activated', 'failed'];

/** A state as stored. @throws Error for a text that is none. */
export function jobStateOf(text: string): JobState {
  const state = jobStates.find((candidate) => candidate === text);
  if (state === undefined) throw new Error(`Expected the state of a job but found ${JSON.stringify(text)}.`);
  return state;
}

/** When the next timer is due, of any tenant: the clock is everybody's. */
export const nextTimerDue = statement(
  `SELECT due_at FROM timer WHERE is_suspended = 0 ORDER BY due_at LIMIT 1`,
);
