import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { Queries, SearchRequest } from '../../../src/runtime/ports.js';
import { sqliteDialect } from '../../../src/store/dialect.js';
import { migrate } from '../../../src/store/migrate.js';
import { createQueries } from '../../../src/store/queries/queries.js';
import { openSqliteConnection, type SqliteConnection } from '../../../src/store/sqlite/sqlite-connection.js';
import { statement } from '../../../src/store/statement.js';

const newestFirst = (field: string): SearchRequest['sort'] => [{ field, order: 'desc' }];

function request(
  filter: SearchRequest['filter'],
  sortedBy: string,
  further: Partial<SearchRequest> = {},
): SearchRequest {
  return { filter, sort: newestFirst(sortedBy), page: { limit: 50, from: 1 }, ...further };
}

const active = { state: { $eq: 'active' } };
const created = { state: { $eq: 'created' } };
const instances =
  (filter: SearchRequest['filter'], further: Partial<SearchRequest> = {}) =>
  (queries: Queries) =>
    queries.searchProcessInstances('t', request(filter, 'startedAt', further));
const tasks =
  (filter: SearchRequest['filter'], further: Partial<SearchRequest> = {}) =>
  (queries: Queries) =>
    queries.searchUserTasks('t', request(filter, 'createdAt', further));

/** What must not become slower by the number of rows in the tables, with the index that sees to it. */
const accessPaths: readonly (readonly [string, string, (queries: Queries) => Promise<unknown>])[] = [
  ['all instances', 'process_instance_started', instances({})],
  ['instances in a time', 'process_instance_started', instances({ startedAt: { $gte: 1, $lt: 2 } })],
  ['active instances', 'process_instance_status', instances(active)],
  [
    'instances with a business key',
    'process_instance_business_key',
    instances({ businessKey: { $eq: 'k' } }),
  ],
  ['instances of a process', 'process_instance_process_started', instances({ bpmnProcessId: { $eq: 'p' } })],
  [
    'active instances of a process',
    'process_instance_process',
    instances({ bpmnProcessId: { $eq: 'p' }, ...active }),
  ],
  [
    'instances of a definition',
    'process_instance_definition_started',
    instances({ processDefinitionId: { $eq: 'd' } }),
  ],
  [
    'active instances of a definition',
    'process_instance_definition',
    instances({ processDefinitionId: { $eq: 'd' }, ...active }),
  ],
  ['instances with an incident', 'process_instance_incident', instances({ hasIncident: { $eq: true } })],
  ['suspended instances', 'process_instance_suspended', instances({ suspended: { $eq: true } })],
  [
    'instances that have ended',
    'process_instance_ended',
    (queries) => queries.searchProcessInstances('t', request({ endedAt: { $exists: true } }, 'endedAt')),
  ],
  ['called instances', 'process_instance_called', instances({ parentProcessInstanceId: { $eq: 'i' } })],
  [
    'instances with a variable',
    'process_variable_value',
    instances({}, { variables: [{ name: 'a', value: 1 }] }),
  ],
  ['all tasks', 'user_task_created', tasks({})],
  ['open tasks', 'user_task_state', tasks(created)],
  ['open tasks of a person', 'user_task_assignee', tasks({ assignee: { $eq: 'ada' }, ...created })],
  ['tasks of an instance', 'user_task_process_instance', tasks({ processInstanceId: { $eq: 'i' } })],
  ['open tasks of a group', 'user_task_candidate_name', tasks(created, { candidateGroups: ['clerks'] })],
  [
    'jobs of an instance',
    'job_process_instance',
    (queries) => queries.searchJobs('t', request({ processInstanceId: { $eq: 'i' } }, 'jobId')),
  ],
  ['all jobs', 'job_created', (queries) => queries.searchJobs('t', request({}, 'createdAt'))],
  ['all incidents', 'incident_created', (queries) => queries.searchIncidents('t', request({}, 'createdAt'))],
  [
    'open incidents',
    'incident_open',
    (queries) => queries.searchIncidents('t', request({ resolvedAt: { $exists: false } }, 'createdAt')),
  ],
  [
    'what has been kept long enough',
    'process_instance_removable',
    (queries) => queries.nextEndedDefinition(),
  ],
  ['all batches', 'batch_created', (queries) => queries.searchBatches('t', request({}, 'createdAt'))],
  [
    'what failed in a batch',
    'batch_item_state',
    (queries) =>
      queries.searchBatchItems('t', 'b', request({ state: { $eq: 'failed' } }, 'processInstanceId')),
  ],
  [
    'the next instances for a batch',
    'process_instance_status',
    (queries) => queries.processInstanceIds('t', request(active, 'startedAt')),
  ],
  ['statistics', 'element_instance_statistics', (queries) => queries.elementStatistics('t', 'd')],
  ['statistics of incidents', 'incident_definition', (queries) => queries.elementStatistics('t', 'd')],
  ['history', 'journal_process_instance', (queries) => queries.history('t', 'i', { limit: 1 })],
  [
    'the open incident of an element',
    'incident_element_instance',
    (queries) => queries.elementInstances('t', 'i', { limit: 1 }),
  ],
  ['timers of an instance', 'timer_process_instance', (queries) => queries.timersOf('t', 'i')],
  ['the next timer', 'timer_due', (queries) => queries.nextTimerDueAt()],
  ['a job on offer', 'job_offered', (queries) => queries.nextJobAvailableAt('t', 'a')],
  ['the next job by time', 'job_offered_from', (queries) => queries.nextJobAvailableAt('t', 'a')],
];

/** Subqueries with a limit of their own, and the first entry of an index. */
const boundedScan =
  /^SCAN (\(|CONSTANT|matching|ended|offered|later|next|timer USING COVERING INDEX timer_due)/;

describe('the plans of SQLite', () => {
  let folder: string;
  let connection: SqliteConnection;

  before('make a file', async () => {
    folder = await mkdtemp(join(tmpdir(), 'throughline-test-'));
    const path = join(folder, 'throughline.db');
    await migrate(`sqlite:${path}`);
    connection = openSqliteConnection(path);
  });
  after('remove it', async () => {
    connection.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** The steps of the plans of every statement that the query runs. */
  async function planOf(query: (queries: Queries) => Promise<unknown>): Promise<readonly string[]> {
    const steps: string[] = [];
    const queries = createQueries({
      dialect: sqliteDialect,
      readAll(reads) {
        const results = reads.map((read) => {
          const plan = connection.all(statement(`EXPLAIN QUERY PLAN ${read.statement.sql}`), read.parameters);
          steps.push(...plan.map((row) => String(row.at(-1))));
          return connection.all(read.statement, read.parameters);
        });
        return Promise.resolve(results);
      },
    });
    await query(queries);
    return steps;
  }

  for (const [name, index, query] of accessPaths) {
    it(`find ${name} by ${index}`, async () => {
      const steps = await planOf(query);
      assert.ok(
        steps.some((step) => new RegExp(`\\b${index}\\b`).test(step)),
        steps.join('\n'),
      );
      const scans = steps.filter((step) => step.startsWith('SCAN') && !boundedScan.test(step));
      assert.deepEqual(scans, []);
      const others = steps.filter((step) => /SEARCH process_instance USING INDEX process_/.test(step));
      if (index.startsWith('process_instance_'))
        assert.ok(
          others.every((step) => step.includes(`${index} `)),
          steps.join('\n'),
        );
    });
  }
});
