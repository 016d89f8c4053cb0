import { after, before, describe, it } from 'mocha';
import { auditFields, searchAuditEntries } from '../../src/contract/audit-entries.js';
import { decisionDefinitionFields, searchDecisionDefinitions } from '../../src/contract/decisions.js';
import { incidentFields, searchIncidents } from '../../src/contract/incidents.js';
import { jobFields, searchJobs } from '../../src/contract/jobs.js';
import type { Operation } from '../../src/contract/operation.js';
import { processDefinitionFields, searchProcessDefinitions } from '../../src/contract/process-definitions.js';
import { processInstanceFields, searchProcessInstances } from '../../src/contract/process-instances.js';
import type { SearchField, SearchFields } from '../../src/contract/search.js';
import { searchUserTasks, userTaskFields } from '../../src/contract/user-tasks.js';
import { call } from '../support/contract-client.js';
import { startTestServer, type TestServer } from '../support/server.js';

describe('the fields of every search', () => {
  let server: TestServer;
  before(async function start() {
    this.timeout(20_000);
    server = await startTestServer();
  });
  after(async function stop() {
    this.timeout(20_000);
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
  ];

  for (const [fields, operation] of searches) {
    it(`are known to the database: ${operation.operationId}`, async function all() {
      this.timeout(20_000);
      for (const [name, field] of Object.entries(fields)) {
        for (const condition of conditionsOn(field))
          await search(server, operation, { filter: { [name]: condition } });
        for (const order of ['asc', 'desc'])
          await search(server, operation, { sort: [{ field: name, order }] });
      }
    });
  }
});

async function search(server: TestServer, operation: Operation, body: object): Promise<void> {
  await call(server, operation, 200, { body });
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
