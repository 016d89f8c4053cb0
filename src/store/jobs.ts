import type { JobFilter, JobRow, JobStore } from '../runtime/ports.js';
import { type Dialect, perDialect } from './dialect.js';
import { type Session, writeRow } from './session.js';
import { type SqlValue, textOf, toSqlValue } from './sql-value.js';
import { type Statement, statement } from './statement.js';
import { defineTable } from './table.js';

const jobColumns = {
  jobId: 'key',
  tenantId: 'key',
  type: 'key',
  state: 'key',
  processInstanceId: 'key',
  processDefinitionId: 'key',
  bpmnProcessId: 'key',
  businessKey: 'key',
  elementId: 'key',
  elementInstanceKey: 'integer',
  jobKey: 'integer',
  retries: 'integer',
  priority: 'integer',
  headers: 'json',
  createdAt: 'integer',
  availableAt: 'integer',
  worker: 'text',
  deadline: 'integer',
  fence: 'integer',
  errorMessage: 'text',
} as const;

export const jobTable = defineTable<JobRow>('job', jobColumns);

/** Derived from state, availableAt and deadline, so that activation finds its jobs by index alone. */
interface Offer {
  readonly isOffered: boolean;
  readonly offeredFrom?: number;
}

const offeredJobTable = defineTable<JobRow & Offer>('job', {
  ...jobColumns,
  isOffered: 'boolean',
  offeredFrom: 'integer',
});

const save = offeredJobTable.update(
  [
    'state',
    'retries',
    'availableAt',
    'worker',
    'deadline',
    'fence',
    'errorMessage',
    'isOffered',
    'offeredFrom',
  ],
  ['jobId'],
);
const exhaust = statement(
  `UPDATE job SET state = 'failed', retries = 0, error_message = $2, worker = NULL, deadline = NULL,
     is_offered = 0, offered_from = NULL
   WHERE job_id = $1`,
);
const retry = statement(
  `UPDATE job SET state = 'created', retries = CASE WHEN retries < $2 THEN $2 ELSE retries END, available_at = $3,
     worker = NULL, deadline = NULL, is_offered = $4, offered_from = $5
   WHERE job_id = $1`,
);
const remove = jobTable.remove(['jobId']);
const suspend = statement(`UPDATE job SET is_suspended = 1 WHERE process_instance_id = $1`);
const resume = statement(`UPDATE job SET is_suspended = 0 WHERE process_instance_id = $1 RETURNING type`);

const load = perDialect(({ forUpdate }) =>
  statement(`SELECT ${jobTable.columns} FROM job WHERE job_id = $1 AND tenant_id = $2 ${forUpdate}`),
);

/**
 * How many jobs whose back-off or deadline has passed are looked at for the highest priority. Among more than that,
 * those that became due first are taken first: the time of a claim stays the same however many there are.
 */
const overdueMax = 1000;

/**
 * Two ways to be ready, each along its own index; then the first of both. What another transaction has locked is
 * passed over, and the conditions are checked again on the row that was locked.
 */
const activate = perDialect((dialect) => activation(dialect, ''));

/** The same for those jobs alone that a filter asks for; what it does not name is NULL. */
const activateOnly = perDialect((dialect) =>
  activation(
    dialect,
    `AND (CAST($7 AS text) IS NULL OR business_key = $7)
     AND (CAST($8 AS text) IS NULL OR process_definition_id IN ${dialect.jsonElements('$8')})
     AND (CAST($9 AS text) IS NULL OR bpmn_process_id IN ${dialect.jsonElements('$9')})`,
  ),
);

function activation({ skipLocked }: Dialect, only: string): Statement {
  return statement(
    `WITH offered AS (
       SELECT job_id, priority, created_at FROM job
       WHERE tenant_id = $1 AND type = $2 AND is_offered = 1 AND is_suspended = 0 ${only}
       ORDER BY priority DESC, created_at, job_id LIMIT $3 ${skipLocked}
     ), overdue AS (
       SELECT job_id, priority, created_at FROM job
       WHERE is_offered = 0 AND is_suspended = 0 AND offered_from <= $4 AND job_id IN (
         SELECT job_id FROM job
         WHERE tenant_id = $1 AND type = $2 AND offered_from <= $4 AND is_suspended = 0 ${only}
         ORDER BY offered_from LIMIT ${overdueMax}
       )
       ORDER BY priority DESC, created_at, job_id LIMIT $3 ${skipLocked}
     ), chosen AS (
       SELECT job_id FROM (SELECT * FROM offered UNION ALL SELECT * FROM overdue) AS ready
       ORDER BY priority DESC, created_at, job_id LIMIT $3
     )
     UPDATE job SET state = 'activated', worker = $5, deadline = $6, fence = fence + 1, is_offered = 0, offered_from = $6
     WHERE job_id IN (SELECT job_id FROM chosen)
     RETURNING ${jobTable.columns}`,
  );
}

const move = jobTable.update(['elementId', 'processDefinitionId', 'bpmnProcessId'], ['jobId']);

export function createJobStore(session: Session): JobStore {
  return {
    move: (jobId, place) => writeRow(session, move, { jobId, ...place }),
    insert(row) {
      writeRow(session, offeredJobTable.insert, { ...row, ...offerOf(row, session.now) });
    },
    remove: (jobId) => writeRow(session, remove, { jobId }),
    exhaust: (jobId, errorMessage) => session.write(exhaust, [jobId, errorMessage].map(toSqlValue)),
    retry(jobId, retries, availableAt) {
      const { isOffered, offeredFrom } = offerOf({ state: 'created', availableAt }, session.now);
      session.write(retry, [jobId, retries, availableAt, isOffered, offeredFrom].map(toSqlValue));
    },
    suspend: (processInstanceId) => session.write(suspend, [processInstanceId]),
    async resume(processInstanceId) {
      const rows = await session.read(resume, [processInstanceId]);
      return [...new Set(rows.map(([type]) => textOf(type)))];
    },
    async activate({ tenantId, type, worker, maxJobs, timeoutMs, only }) {
      const { now, dialect } = session;
      const parameters = [tenantId, type, maxJobs, now, worker, now + timeoutMs].map(toSqlValue);
      const rows = only
        ? await session.read(activateOnly[dialect.name], [...parameters, ...filterParameters(only)])
        : await session.read(activate[dialect.name], parameters);
      return rows.map(jobTable.decode).sort(byUrgency);
    },
    async load(tenantId, jobId) {
      const [row] = await session.read(load[session.dialect.name], [jobId, tenantId].map(toSqlValue));
      return row && jobTable.decode(row);
    },
    save: (row) => writeRow(session, save, { ...row, ...offerOf(row, session.now) }),
  };
}

function filterParameters({ businessKey, processDefinitionIds, bpmnProcessIds }: JobFilter): SqlValue[] {
  return [
    businessKey ?? null,
    processDefinitionIds === undefined ? null : JSON.stringify(processDefinitionIds),
    bpmnProcessIds === undefined ? null : JSON.stringify(bpmnProcessIds),
  ];
}

function offerOf(job: Pick<JobRow, 'state' | 'availableAt' | 'deadline'>, now: number): Offer {
  switch (job.state) {
    case 'created':
      return job.availableAt <= now
        ? { isOffered: true }
        : { isOffered: false, offeredFrom: job.availableAt };
    case 'activated':
      return { isOffered: false, ...(job.deadline === undefined ? {} : { offeredFrom: job.deadline }) };
    case 'failed':
      return { isOffered: false };
    default:
      return job.state satisfies never;
  }
}

function byUrgency(a: JobRow, b: JobRow): number {
  return b.priority - a.priority || a.createdAt - b.createdAt || (a.jobId < b.jobId ? -1 : 1);
}
