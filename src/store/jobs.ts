import type { JobFilter, JobRow, JobStore } from '../runtime/ports.js';
import { type Dialect, perDialect } from './dialect.js';
import { lockingRead, type Session, writeRow } from './session.js';
import { integerOf, type SqlValue, textOf, toSqlValue } from './sql-value.js';
import { isOfTenant, type Statement, statement } from './statement.js';
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
  /** Not put on a queue (again) before; 0 where it was not put since it last changed. */
  readonly relayAt: 0;
}

const offeredJobTable = defineTable<JobRow & Offer>('job', {
  ...jobColumns,
  isOffered: 'boolean',
  offeredFrom: 'integer',
  relayAt: 'integer',
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
    'relayAt',
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
     worker = NULL, deadline = NULL, is_offered = $4, offered_from = $5, relay_at = 0
   WHERE job_id = $1`,
);
const remove = jobTable.remove(['jobId']);
const suspend = statement(`UPDATE job SET is_suspended = 1 WHERE process_instance_id = $1`);
const resume = statement(
  `UPDATE job SET is_suspended = 0, relay_at = 0 WHERE process_instance_id = $1 RETURNING type`,
);

/** One job, by id and tenant, locked. */
export const loadJob = lockingRead(
  `SELECT ${jobTable.columns} FROM job WHERE job_id = $1 AND ${isOfTenant('$2')}`,
);

/**
 * How many jobs whose back-off or deadline has passed are looked at for the highest priority. Among more than that,
 * those that became due first are taken first: the time of a claim stays the same however many there are.
 */
const overdueMax = 1000;

/**
 * Two ways to be ready, each along its own index, whatever the planner knows of the table; then the first of both. What another transaction
 * has locked is passed over, and the conditions are checked again on the row that was locked.
 */
export const activate = perDialect((dialect) => activation(dialect, ''));

/** The same for those jobs alone that a filter asks for; what it does not name is NULL. */
const activateOnly = perDialect((dialect) =>
  activation(
    dialect,
    `AND (CAST($7 AS text) IS NULL OR business_key = $7)
     AND (CAST($8 AS text) IS NULL OR ${dialect.isIn('process_definition_id', '$8')})
     AND (CAST($9 AS text) IS NULL OR ${dialect.isIn('bpmn_process_id', '$9')})`,
  ),
);

function activation({ skipLocked, isAmong }: Dialect, only: string): Statement {
  return statement(
    `WITH offered AS (
       SELECT job_id, priority, created_at FROM job
       WHERE tenant_id = $1 AND type = $2 AND is_offered = 1 AND is_suspended = 0 ${only}
       ORDER BY priority DESC, created_at, job_id LIMIT $3 ${skipLocked}
     ), overdue AS (
       SELECT job_id, priority, created_at FROM job
       WHERE (is_offered = 0 AND is_suspended = 0 AND offered_from <= $4) IS TRUE AND ${isAmong(
         'job_id',
         `SELECT job_id FROM job
          WHERE tenant_id = $1 AND type = $2 AND offered_from <= $4 AND is_suspended = 0 ${only}
          ORDER BY offered_from LIMIT ${overdueMax}`,
       )}
       ORDER BY priority DESC, created_at, job_id LIMIT $3 ${skipLocked}
     ), chosen AS (
       SELECT job_id FROM (SELECT * FROM offered UNION ALL SELECT * FROM overdue) AS ready
       ORDER BY priority DESC, created_at, job_id LIMIT $3
     )
     UPDATE job SET state = 'activated', worker = $5, deadline = $6, fence = fence + 1,
       is_offered = 0, offered_from = $6, relay_at = 0
     WHERE ${isAmong('job_id', 'SELECT job_id FROM chosen')}
     RETURNING ${jobTable.columns}`,
  );
}

/** `$2` and `$3` are the ids and fences, side by side. */
export const lock = perDialect(({ skipLocked, isIn, isAmong, isPairIn }) =>
  statement(
    `WITH chosen AS (
       SELECT job_id FROM job
       WHERE ${isPairIn('job_id', 'fence', '$2')} AND ${isOfTenant('$1')} AND is_suspended = 0
         AND (is_offered = 1 OR offered_from <= $3) IS TRUE
         AND (CAST($6 AS text) IS NULL OR ${isIn('type', '$6')})
         AND (CAST($7 AS text) IS NULL OR ${isIn('bpmn_process_id', '$7')}) ${skipLocked}
     )
     UPDATE job SET state = 'activated', worker = $4, deadline = $5, fence = fence + 1,
       is_offered = 0, offered_from = $5, relay_at = 0
     WHERE ${isAmong('job_id', 'SELECT job_id FROM chosen')}
     RETURNING ${jobTable.columns}`,
  ),
);

/**
 * A back-off that is over makes the job an offered one, so that it leaves the index that is looked at first. That one, `job_relay`, is known
 * by `relay_at >= 0`, which holds of all jobs.
 */
const relay = perDialect(({ skipLocked, isAmong }) =>
  statement(
    `WITH offered AS (
       SELECT job_id, relay_at AS since FROM job
       WHERE tenant_id = $1 AND type = $2 AND is_offered = 1 AND is_suspended = 0 AND relay_at >= 0 AND relay_at <= $4
       ORDER BY relay_at LIMIT $3 ${skipLocked}
     ), overdue AS (
       SELECT job_id, offered_from AS since FROM job
       WHERE tenant_id = $1 AND type = $2 AND offered_from <= $4 AND is_suspended = 0 AND relay_at <= $4
       ORDER BY offered_from LIMIT $3 ${skipLocked}
     ), chosen AS (
       SELECT job_id, since FROM (SELECT * FROM offered UNION ALL SELECT * FROM overdue) AS due ORDER BY since LIMIT $3
     )
     UPDATE job SET
       relay_at = $4 + CASE WHEN $4 - created_at < $5 THEN $5 WHEN $4 - created_at > $6 THEN $6 ELSE $4 - created_at END,
       is_offered = CASE WHEN state = 'created' THEN 1 ELSE is_offered END,
       offered_from = CASE WHEN state = 'created' THEN NULL ELSE offered_from END
     WHERE ${isAmong('job_id', 'SELECT job_id FROM chosen')}
     RETURNING job_id, fence, priority`,
  ),
);

const forgetRelayed = perDialect(({ isAmong }) => {
  const relayed = `SELECT job_id FROM job
     WHERE tenant_id = $1 AND type = $2 AND is_offered = 1 AND is_suspended = 0 AND relay_at >= 0 AND relay_at > 0 LIMIT $3`;
  return statement(`UPDATE job SET relay_at = 0 WHERE ${isAmong('job_id', relayed)} RETURNING job_id`);
});

const releaseHeldBy = statement(
  `UPDATE job SET state = 'created', available_at = $3, worker = NULL, deadline = NULL, is_offered = 1, offered_from = NULL
   WHERE tenant_id = $1 AND state = 'activated' AND worker = $2 RETURNING type`,
);

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
    async lock({ tenantId, jobs, worker, timeoutMs, only = {} }) {
      const { now, dialect } = session;
      const pairs = JSON.stringify(jobs.map(({ jobId, fence }) => [jobId, fence]));
      const filters = [listOrNull(only.types), listOrNull(only.bpmnProcessIds)];
      const parameters = [...[tenantId, pairs, now, worker, now + timeoutMs].map(toSqlValue), ...filters];
      return (await session.read(lock[dialect.name], parameters)).map(jobTable.decode).sort(byUrgency);
    },
    async relay({ tenantId, type, limit, againAfterMs: { least, most } }) {
      const { now, dialect } = session;
      const parameters = [tenantId, type, limit, now, least, most].map(toSqlValue);
      const rows = await session.read(relay[dialect.name], parameters);
      return rows.map(([jobId, fence, priority]) => ({
        jobId: textOf(jobId),
        fence: integerOf(fence),
        priority: integerOf(priority),
      }));
    },
    async forgetRelayed(tenantId, type, limit) {
      return (
        await session.read(forgetRelayed[session.dialect.name], [tenantId, type, limit].map(toSqlValue))
      ).length;
    },
    async releaseHeldBy(tenantId, worker) {
      const rows = await session.read(releaseHeldBy, [tenantId, worker, session.now].map(toSqlValue));
      return rows.map(([type]) => textOf(type));
    },
    async load(tenantId, jobId) {
      const row = await session.readLocked(loadJob[session.dialect.name], [jobId, tenantId].map(toSqlValue));
      return row && jobTable.decode(row);
    },
    save: (row) => writeRow(session, save, { ...row, ...offerOf(row, session.now) }),
  };
}

function filterParameters({ businessKey, processDefinitionIds, bpmnProcessIds }: JobFilter): SqlValue[] {
  return [businessKey ?? null, listOrNull(processDefinitionIds), listOrNull(bpmnProcessIds)];
}

function listOrNull(names: readonly string[] | undefined): SqlValue {
  return names === undefined ? null : JSON.stringify(names);
}

function offerOf(job: Pick<JobRow, 'state' | 'availableAt' | 'deadline'>, now: number): Offer {
  switch (job.state) {
    case 'created':
      return job.availableAt <= now
        ? { isOffered: true, relayAt: 0 }
        : { isOffered: false, offeredFrom: job.availableAt, relayAt: 0 };
    case 'activated': {
      const { deadline } = job;
      return { isOffered: false, ...(deadline === undefined ? {} : { offeredFrom: deadline }), relayAt: 0 };
    }
    case 'failed':
      return { isOffered: false, relayAt: 0 };
    default:
      return job.state satisfies never;
  }
}

function byUrgency(a: JobRow, b: JobRow): number {
  return b.priority - a.priority || a.createdAt - b.createdAt || (a.jobId < b.jobId ? -1 : 1);
}
