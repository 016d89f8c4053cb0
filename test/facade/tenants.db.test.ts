import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createApiKey } from '../../src/contract/api-keys.js';
import { createBatch, getBatch } from '../../src/contract/batches.js';
import { deploy } from '../../src/contract/deployments.js';
import type { Operation } from '../../src/contract/operation.js';
import { operations } from '../../src/contract/operations.js';
import { bpmn } from '../support/bpmn-builder.js';
import { call, send } from '../support/contract-client.js';
import { decision, dmn, literal } from '../support/dmn-builder.js';
import { readTables } from '../support/read-tables.js';
import { webhookWithDelivery } from '../webhooks/webhook-with-delivery.js';
import { understoodBodies } from './understood-bodies.js';
import { as, authenticateBy } from './use-callers.js';
import { deployed, started, useServer } from './use-server.js';

const stranger = { tenantId: 'acme', roles: ['admin'] as const, grants: {} };

type Expected = readonly [
  status: number,
  body: (given: Record<string, unknown>) => unknown,
  nothing: unknown,
];

const nothingFound: Expected = [200, ({ page }) => (page as Record<string, unknown>)['totalItems'], 0];
const notFound: Expected = [404, ({ code }) => code, 'not-found'];

/** What has no id in its path: the request, and what a stranger is answered. */
const byBody: Readonly<Record<string, readonly [body: unknown, expected: Expected]>> = {
  ...Object.fromEntries(
    operations
      .filter(({ path }) => path.endsWith('/search') && !path.includes('{'))
      .map(({ operationId }) => [operationId, [{}, nothingFound]] as const),
  ),
  // Also the stranger changes something.
  searchAuditEntries: [{ filter: { processInstanceId: '$processInstanceId' } }, nothingFound],
  startProcessInstance: [{ processDefinitionId: '$processDefinitionId' }, notFound],
  evaluateDecision: [{ decisionDefinitionId: '$decisionDefinitionId', variables: {} }, notFound],
  publishMessage: [{ name: 'paid', correlationKey: 'k' }, [202, ({ outcome }) => outcome, 'discarded']],
  correlateMessage: [{ name: 'paid', correlationKey: 'k' }, [404, ({ code }) => code, 'no-subscription']],
  broadcastSignal: [{ name: 'bell' }, [202, ({ subscriptions }) => subscriptions, 0]],
  evaluateConditions: [
    { variables: { stock: 1 } },
    [200, ({ startedProcessInstances }) => startedProcessInstances, []],
  ],
  activateJobs: [{ type: 'work', worker: 'w', maxJobs: 9, timeoutMs: 1_000 }, [200, ({ jobs }) => jobs, []]],
  lockJobs: [
    { jobs: [{ jobId: '$jobId', fence: 0 }], worker: 'w', timeoutMs: 1_000 },
    [200, ({ jobs }) => jobs, []],
  ],
  reportJobs: [
    { reports: [{ jobId: '$jobId', outcome: 'complete', fence: 0 }] },
    [200, ({ results }) => (results as { readonly code?: string }[])[0]?.code, 'not-found'],
  ],
  createBatch: [
    {
      operation: 'migrate',
      processInstanceIds: ['$processInstanceId'],
      migration: understoodBodies['migrateProcessInstance'],
    },
    [400, ({ code }) => code, 'invalid-argument'],
  ],
  deploy: [
    { resources: [{ name: 'p.bpmn', content: bpmn('p').startEvent('s').endEvent('e').toXml() }] },
    [201, ({ processDefinitions }) => (processDefinitions as { readonly version: number }[])[0]?.version, 1],
  ],
  createWebhook: [{ url: 'https://receiver.example/' }, [201, ({ createdBy }) => createdBy, 'stranger']],
  createApiKey: [{ name: 'n', roles: ['worker'] }, [201, ({ createdBy }) => createdBy, 'stranger']],
  listApiKeys: [
    undefined,
    [200, ({ items }) => (items as { readonly createdBy: string }[])[0]?.createdBy, 'stranger'],
  ],
};

/** About the server, and of no tenant. The stream of events and the export of the audit log have their own tests of tenants. */
const ofNobody = [
  'streamEvents',
  'getMe',
  'exportAuditEntries',
  'getLiveness',
  'getReadiness',
  'getMetrics',
  'getOpenApi',
];

describe('every operation with ids of another tenant', () => {
  const server = useServer({ authenticate: authenticateBy({ stranger }) });

  const ended = async (batchId: string): Promise<void> => {
    for (let turn = 0; turn < 1_000; turn += 1) {
      await server().clock.advanceAsync(0);
      if ((await call(server(), getBatch, 200, { params: { batchId } })).endedAt !== undefined) return;
    }
    throw new Error('Expected the batch to end.');
  };

  const prepare = async (): Promise<Readonly<Record<string, string>>> => {
    const [processDefinitionId = ''] = await deployed(
      server(),
      bpmn('p')
        .startEvent('s')
        .parallelGateway('fork')
        .userTask('task')
        .endEvent('e1')
        .at('fork')
        .serviceTask('job', { type: 'work' })
        .endEvent('e2')
        .at('fork')
        .intermediateCatchEvent('msg', { message: { name: 'paid', correlationKey: '="k"' } })
        .endEvent('e3')
        .at('fork')
        .intermediateCatchEvent('sig', { signal: 'bell' })
        .endEvent('e4')
        .at('fork')
        .intermediateCatchEvent('time', { timer: { duration: 'PT1H' } })
        .endEvent('e5')
        .at('fork')
        .serviceTask('trouble', { type: '=missing' })
        .endEvent('e6')
        .at('fork')
        .adHocSubProcess('choice', (inner) => inner.userTask('chosen'))
        .endEvent('e7'),
      bpmn('stocked').startEvent('s', { condition: '=stock < 3' }).endEvent('e'),
    );
    const content = dmn([decision('discount', literal('1'))]);
    const { decisionDefinitions } = await call(server(), deploy, 201, {
      body: { resources: [{ name: 'd.dmn', content }] },
    });
    const processInstanceId = await started(server(), 'p');
    const { apiKeyId } = await call(server(), createApiKey, 201, { body: { name: 'n', roles: ['worker'] } });
    const body = { operation: 'resume', processInstanceIds: ['none'] };
    const { batchId } = await call(server(), createBatch, 202, { body });
    await ended(batchId);
    const { webhookId, deliveryId } = await webhookWithDelivery(server());
    const { queries } = server().runtime;
    const all = { filter: {}, sort: [], page: { limit: 10 } };
    const elements = await queries.elementInstances('default', processInstanceId, { limit: 100 });
    const choice = elements.items.find(({ elementId }) => elementId === 'choice');
    return {
      ...{ processDefinitionId, processInstanceId, apiKeyId, batchId, webhookId, deliveryId },
      decisionDefinitionId: decisionDefinitions[0]?.decisionDefinitionId ?? '',
      elementInstanceId: choice?.elementInstanceId ?? '',
      jobId: (await queries.searchJobs('default', all)).items[0]?.jobId ?? '',
      userTaskId: (await queries.searchUserTasks('default', all)).items[0]?.userTaskId ?? '',
      incidentId: (await queries.searchIncidents('default', all)).items[0]?.incidentId ?? '',
      timerId: (await queries.timersOf('default', processInstanceId))[0]?.timerId ?? '',
    };
  };

  const filled = (body: unknown, ids: Readonly<Record<string, string>>): unknown =>
    body === undefined
      ? undefined
      : JSON.parse(
          JSON.stringify(body).replace(/"\$(\w+)"/g, (_, name: string) => JSON.stringify(ids[name])),
        );
  const ask = (operation: Operation, body: unknown, ids: Readonly<Record<string, string>>) =>
    send(as('stranger', server()), operation, {
      params: ids,
      ...(operation.method === 'post' || operation.method === 'patch' ? { body: filled(body, ids) } : {}),
    });
  const owned = async () => {
    const tables = Object.entries(await readTables(server().databaseUrl));
    return tables.map(([name, rows]) => [name, rows.filter((row) => row['tenant_id'] !== stranger.tenantId)]);
  };

  it('answers 404, with the body of what nobody has, and changes nothing of the owner’s', async () => {
    const ids = await prepare();
    const unknown = Object.fromEntries(
      Object.entries(ids).map(([name, id]) => [name, id.replace(/[0-9a-f]{8}/, 'ffffffff')]),
    );
    const before = await owned();
    const masked = (body: unknown) => JSON.stringify(body).replace(/(tl_)?[0-9a-f]{8}[0-9a-f-]+/g, 'id');
    for (const operation of operations.filter(({ path }) => path.includes('{'))) {
      const body = understoodBodies[operation.operationId] ?? {};
      const theirs = await ask(operation, body, ids);
      assert.equal(theirs.status, 404, `${operation.operationId}: ${JSON.stringify(theirs.body)}`);
      const nobodys = await ask(operation, body, unknown);
      assert.equal(masked(theirs.body), masked(nobodys.body), operation.operationId);
    }
    for (const [operationId, [body, [status, told, nothing]]] of Object.entries(byBody)) {
      const operation = operations.find((one) => one.operationId === operationId);
      assert.ok(operation, operationId);
      const answer = await ask(operation, body, ids);
      assert.equal(answer.status, status, `${operationId}: ${JSON.stringify(answer.body)}`);
      assert.deepEqual(told(answer.body as Record<string, unknown>), nothing, operationId);
    }
    await server().atRest();
    assert.deepEqual(await owned(), before);
  });

  it('is asked of all that there are', () => {
    const withId = operations.filter(({ path }) => path.includes('{')).map(({ operationId }) => operationId);
    assert.deepEqual(
      [...withId, ...Object.keys(byBody), ...ofNobody].sort(),
      operations.map(({ operationId }) => operationId).sort(),
    );
  });
});
