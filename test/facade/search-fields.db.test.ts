import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { auditFields, searchAuditEntries } from '../../src/contract/audit-entries.js';
import { batchFields, searchBatches } from '../../src/contract/batches.js';
import { decisionDefinitionFields, searchDecisionDefinitions } from '../../src/contract/decisions.js';
import { incidentFields, searchIncidents } from '../../src/contract/incidents.js';
import { jobFields, searchJobs } from '../../src/contract/jobs.js';
import { limits } from '../../src/contract/limits.js';
import type { Operation } from '../../src/contract/operation.js';
import { processDefinitionFields, searchProcessDefinitions } from '../../src/contract/process-definitions.js';
import { processInstanceFields, searchProcessInstances } from '../../src/contract/process-instances.js';
import type { SearchField, SearchFields } from '../../src/contract/search.js';
import { searchUserTasks, userTaskFields } from '../../src/contract/user-tasks.js';
import { bpmn } from '../support/bpmn-builder.js';
import { searchWebhooks, webhookFields } from '../../src/contract/webhooks.js';
import { call } from '../support/contract-client.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { deployed, started } from './use-server.js';

describe('the fields of every search', () => {
  let server: TestServer;
  before(async function start() {
    this.timeout(60_000);
    server = await startTestServer({ config: { bodyLimitBytes: 5_000_000 } });
  });
  after(async function stop() {
    this.timeout(60_000);
    await server.close();
  });

  const searches: readonly (readonly [SearchFields, Operation])[] = [
    [processDefinitionFields, searchProcessDefinitions],
    [decisionDefinitionFields, searchDecisionDefinitions],
    [processInstanceFields, searchProcessInstances],
    [userTaskFields, searchUserTasks],
    [jobFields, searchJobs],
    [incidentFields, searchIncidents],
    [auditFields, searchAuditEntries],
    [batchFields, searchBatches],
    [webhookFields, searchWebhooks],
  ];

  for (const [fields, operation] of searches) {
    it(`are known to the database: ${operation.operationId}`, async function all() {
      this.timeout(60_000);
      for (const [name, field] of Object.entries(fields)) {
        for (const condition of conditionsOn(field))
          await search(server, operation, { filter: { [name]: condition } });
        for (const order of ['asc', 'desc'])
          await search(server, operation, { sort: [{ field: name, order }] });
      }
    });

    it(`may all be given as many values as a filter takes: ${operation.operationId}`, async function most() {
      this.timeout(60_000);
      await search(server, operation, { filter: mostOf(fields), sort: sortsOf(fields) });
    });
  }

  for (const name of ['candidateGroups', 'candidateUsers']) {
    it(`take as many ${name} as a filter does`, async function most() {
      this.timeout(60_000);
      const names = many((index) => `group-${index}`);
      await search(server, searchUserTasks, { filter: { ...mostOf(userTaskFields), [name]: names } });
    });
  }

  it('take as many variables as a filter does, and find what has them all', async function most() {
    this.timeout(60_000);
    await deployed(server, bpmn('many').startEvent('start').userTask('a').endEvent('end'));
    const variables = Object.fromEntries(many((index) => [`v${index}`, index]));
    const id = await started(server, 'many', { variables });
    await started(server, 'many', { variables: { ...variables, v999: -1 } });
    const filter = many((index) => ({ name: `v${index}`, value: index }));
    const find = async (given: readonly object[], more: object = {}): Promise<readonly string[]> => {
      const body = { filter: { ...more, variables: given } };
      const { items, page } = await call(server, searchProcessInstances, 200, { body });
      assert.equal(page.totalItems, items.length);
      return items.map(({ processInstanceId }) => processInstanceId);
    };
    assert.deepEqual(await find(filter), [id]);
    assert.deepEqual(await find(filter, mostOf({ startedAt: processInstanceFields.startedAt })), []);
    assert.deepEqual(await find(filter.slice(0, 999)).then(({ length }) => length), 2);
    assert.deepEqual(await find(many(() => ({ name: 'v1', value: 1 }))).then(({ length }) => length), 2);
    assert.deepEqual(await find([...filter.slice(0, 999), { name: 'v1', value: 2 }]), []);
  });
});

async function search(server: TestServer, operation: Operation, body: object): Promise<void> {
  await call(server, operation, 200, { body });
}

/** Conditions on all of them at once, each with the longest list. */
function mostOf(fields: SearchFields): Readonly<Record<string, unknown>> {
  const conditions = Object.entries(fields).map(([name, field]) => {
    const value = valueOf(field);
    return [name, { $neq: value, $in: many(() => value), $exists: true }];
  });
  return Object.fromEntries(conditions) as Readonly<Record<string, unknown>>;
}

function sortsOf(fields: SearchFields): readonly object[] {
  return Object.keys(fields)
    .slice(0, limits.sortFields)
    .map((field) => ({ field, order: 'desc' }));
}

function many<Item>(item: (index: number) => Item): readonly Item[] {
  return Array.from({ length: limits.filterValues }, (_, index) => item(index));
}

/** Every operator that the field takes. */
function conditionsOn(field: SearchField): readonly unknown[] {
  const value = valueOf(field);
  const isOrdered = field.kind !== 'boolean' && field.kind !== 'choice';
  const all = {
    $neq: value,
    $in: [value, value],
    $exists: true,
    ...(isOrdered ? { $gt: value, $gte: value, $lt: value, $lte: value } : {}),
    ...(field.kind === 'text' ? { $like: '*a?\\*' } : {}),
  };
  return [value, all, { $exists: false }];
}

function valueOf(field: SearchField): unknown {
  switch (field.kind) {
    case 'text':
      return "it's";
    case 'number':
      return -3;
    case 'boolean':
      return true;
    case 'time':
      return '2026-01-01T00:00:00+02:00';
    case 'choice':
      return field.values[0];
  }
}
