import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { z } from 'zod';
import { createApiKey } from '../../src/contract/api-keys.js';
import { type auditEntry, exportAuditEntries, searchAuditEntries } from '../../src/contract/audit-entries.js';
import { createBatch, getBatch } from '../../src/contract/batches.js';
import { migrateProcessInstance } from '../../src/contract/migrations.js';
import { modifyProcessInstance } from '../../src/contract/modifications.js';
import { changesNothing } from '../../src/contract/operation.js';
import { operations } from '../../src/contract/operations.js';
import { getHistory } from '../../src/contract/process-instance-history.js';
import { setVariables, startProcessInstance } from '../../src/contract/process-instances.js';
import { bpmn } from '../support/bpmn-builder.js';
import { call, send } from '../support/contract-client.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { auditRow } from '../store/rows.js';
import { steps } from './audited-steps.js';
import { as, authenticateBy } from './use-callers.js';
import { deployed, started, useServer } from './use-server.js';

type Entry = z.output<typeof auditEntry>;

const callers = {
  ann: { name: 'Ann', tenantId: 'default', roles: ['admin'], grants: {} },
  olga: { tenantId: 'elsewhere', roles: ['operator'], grants: {} },
  narrow: { tenantId: 'default', roles: ['admin'], grants: { bpmnProcessIds: ['p'] } },
} as const;

async function found(server: TestServer, filter: object = {}): Promise<readonly Entry[]> {
  const body = { filter, page: { limit: 1_000 } };
  return (await call(server, searchAuditEntries, 200, { body })).items;
}

const task = (id: string) => bpmn('p').startEvent('s').userTask(id).endEvent('e');

describe('the audit log of every operation', () => {
  const mutating = operations.filter((operation) => !changesNothing(operation));
  let opened: TestServer | undefined;
  const server = (): TestServer => opened ?? assert.fail('no server');
  before('start a server', async function start() {
    this.timeout(60_000);
    opened = await startTestServer({ authenticate: authenticateBy(callers), config: { auditJobWork: true } });
  });
  after('stop the server', async function stop() {
    this.timeout(60_000);
    await opened?.close();
  });

  it('is tried for each operation of the contract that changes something', () => {
    assert.deepEqual(Object.keys(steps).sort(), mutating.map(({ operationId }) => operationId).sort());
  });

  for (const [operationId, step] of Object.entries(steps)) {
    const operation = mutating.find((one) => one.operationId === operationId);
    it(`has an entry for what ${operationId} has changed, and none for what it refuses`, async () => {
      const ann = as('ann', server());
      assert.ok(operation);
      const { params = {}, body } = await step.prepare(server());
      const request = {
        params,
        ...(operation.method === 'get' || operation.method === 'delete' ? {} : { body: body ?? {} }),
        headers: { 'x-request-id': 'the-request', 'x-forwarded-for': '203.0.113.9' },
      };
      const { status, body: answer } = await send(ann, operation, request);
      assert.ok(status < 300, `${operationId}: ${status} ${JSON.stringify(answer)}`);
      const [entry, ...others] = await found(server(), { operation: operationId, requestId: 'the-request' });
      assert.ok(entry, operationId);
      assert.equal(others.length, 0);
      assert.deepEqual(
        [entry.principalId, entry.principalName, entry.principalKind, entry.tenantId, entry.sourceAddress],
        ['ann', 'Ann', 'token', 'default', '127.0.0.1'],
      );
      assert.match(entry.traceId ?? '', /^[0-9a-f]{32}$/);
      for (const [name, id] of Object.entries(params)) assert.equal(entry.targets[name], id);
      for (const side of ['before', 'after'] as const)
        assert.equal(entry[side] !== undefined, (step.tells ?? '').includes(side), `${operationId} ${side}`);
      const refusal = await send(ann, operation, { ...request, params: {}, body: { no: 'such' } });
      if (refusal.status >= 400)
        assert.equal((await found(server(), { operation: operationId, requestId: 'the-request' })).length, 1);
    });
  }
});

describe('the audit log', () => {
  const server = useServer({
    authenticate: authenticateBy(callers),
    config: { redactedVariables: ['password', 'IBAN'], trustedProxies: 1 },
  });

  it('tells what was before and after', async () => {
    const [source] = await deployed(server(), task('a'));
    const params = { processInstanceId: await started(server(), 'p', { variables: { x: 1 } }) };
    const variables = {
      x: 2,
      account: { iban: 'DE1', owner: 'Ann' },
      Password: 'hunter2',
      long: 'x'.repeat(5_000),
    };
    await call(server(), setVariables, 204, { params, body: { variables } });
    const [target = ''] = await deployed(server(), task('b'));
    const body = { targetProcessDefinitionId: target, mappings: [{ from: 'a', to: 'b' }] };
    await call(server(), migrateProcessInstance, 200, { params, body, query: { dryRun: 'true' } });
    await call(server(), migrateProcessInstance, 200, { params, body });
    const instructions = {
      move: [{ fromElementId: 'b', toElementId: 'e', variables: { password: 's', y: 1 } }],
    };
    await call(server(), modifyProcessInstance, 200, { params, body: instructions });
    const entries = await found(server(), params);
    assert.deepEqual(
      entries.map(({ operation }) => operation),
      ['startProcessInstance', 'setVariables', 'migrateProcessInstance', 'modifyProcessInstance'],
    );
    const [, set, migrated, modified] = entries;
    assert.deepEqual(set?.before, { variables: { x: 1 } });
    assert.deepEqual(set?.after, {
      variables: {
        x: 2,
        account: { iban: '[redacted]', owner: 'Ann' },
        Password: '[redacted]',
        long: '(5002 characters)',
      },
    });
    assert.deepEqual(
      [migrated?.before?.['processDefinitionId'], migrated?.after?.['processDefinitionId']],
      [source, target],
    );
    assert.equal(modified?.before?.['state'], 'active');
    assert.equal(modified?.after?.['state'], 'completed');
    const gone = modified?.before?.['elementInstances'] as readonly { readonly elementId: string }[];
    assert.deepEqual(
      gone.map(({ elementId }) => elementId),
      ['b'],
    );
    assert.doesNotMatch(JSON.stringify(entries), /hunter2|DE1/);
    assert.doesNotMatch(await exported(server()), /hunter2|DE1/);
    const history = await call(server(), getHistory, 200, { params });
    assert.doesNotMatch(JSON.stringify(history), /hunter2|DE1/);
    assert.match(JSON.stringify(history), /"owner":"Ann"/);
  });

  it('has no entry for what is refused, denied, given again or changes nothing', async () => {
    await deployed(server(), task('a'));
    await deployed(server(), task('a'));
    const body = { bpmnProcessId: 'p' };
    const headers = { 'idempotency-key': 'once' };
    for (const _again of [1, 2]) await call(server(), startProcessInstance, 201, { body, headers });
    await send(server(), startProcessInstance, { body: { bpmnProcessId: 'none' } });
    await send(as('olga', server()), startProcessInstance, { body });
    await server().request('POST', '/v1/process-instances/search', {});
    const [first, second, ...others] = await found(server());
    assert.deepEqual([first?.operation, second?.operation, others], ['deploy', 'startProcessInstance', []]);
  });

  it('tells who has asked for a batch, and of each instance that it has changed', async () => {
    await deployed(server(), task('a'));
    const ids = [await started(server(), 'p'), await started(server(), 'p')];
    const headers = { 'x-forwarded-for': '203.0.113.1, 198.51.100.7:4711', 'x-request-id': 'r1' };
    const body = { operation: 'cancel', processInstanceIds: [...ids, 'none'] };
    const ann = as('ann', server());
    const { batchId } = await call(ann, createBatch, 202, { body, headers });
    while ((await call(ann, getBatch, 200, { params: { batchId } })).endedAt === undefined)
      await server().clock.advanceAsync(0);
    const [created, ...items] = await found(server(), { batchId });
    assert.equal(created?.operation, 'createBatch');
    assert.deepEqual(created.after, { operation: 'cancel', processInstances: 3 });
    assert.deepEqual(items.map(({ processInstanceId }) => processInstanceId).sort(), [...ids].sort());
    for (const item of items) {
      assert.deepEqual(
        [item.operation, item.principalName, item.sourceAddress, item.requestId, item.after?.['state']],
        ['cancelProcessInstance', 'Ann', '198.51.100.7', 'r1', 'canceled'],
      );
    }
  });

  it('holds nothing that opens', async () => {
    const created = await call(server(), createApiKey, 201, { body: { name: 'shop', roles: ['worker'] } });
    const [entry] = await found(server(), { operation: 'createApiKey' });
    assert.deepEqual(entry?.after, { name: 'shop', roles: ['worker'], grants: {} });
    assert.equal(entry.targetId, created.apiKeyId);
    assert.ok(!JSON.stringify(entry).includes(created.apiKey.slice(created.apiKeyId.length)));
  });

  it('is shown to operators of every tenant without variables, and to nobody who is narrowed', async () => {
    await deployed(server(), task('a'));
    const params = { processInstanceId: await started(server(), 'p') };
    await call(server(), setVariables, 204, { params, body: { variables: { x: 'secret' } } });
    const olga = as('olga', server());
    assert.deepEqual(await found(olga), []);
    assert.equal(await exported(olga), '');
    const there = as('olga', server(), { 'throughline-tenant': 'default' });
    const entries = await found(there, { operation: 'setVariables' });
    assert.deepEqual([entries[0]?.before, entries[0]?.after], [{}, {}]);
    assert.doesNotMatch(await exported(there), /secret/);
    assert.equal((await send(as('narrow', server()), searchAuditEntries, { body: {} })).status, 403);
    assert.equal((await send(as('narrow', server()), exportAuditEntries)).status, 403);
  });

  it('is exported as NDJSON, page after page, between two times', async () => {
    const entries = Array.from({ length: 602 }, (_, index) =>
      auditRow({
        auditId: `audit-${index}`,
        tenantId: 'default',
        at: server().clock.now() + Math.floor(index / 10) * 1_000,
        operation: index % 2 === 0 ? 'deploy' : 'startProcessInstance',
      }),
    );
    await server().store.transact(async (tx) => entries.forEach((row) => tx.audit.append(row)));
    await server().clock.advanceAsync(60_000);
    const lines = (await exported(server())).trimEnd().split('\n');
    const told = lines.map((line) => JSON.parse(line) as Entry);
    assert.equal(new Set(told.map(({ auditId }) => auditId)).size, 602);
    const times = told.map(({ at }) => at);
    assert.deepEqual(times, [...times].sort());
    const query = { from: times[10] ?? '', to: times[610 - 100] ?? '', operation: 'startProcessInstance' };
    assert.equal((await exported(server(), query)).trimEnd().split('\n').length, 250);
  });
});

async function exported(server: TestServer, query: Readonly<Record<string, string>> = {}): Promise<string> {
  const { status, headers, body = '' } = await send(server, exportAuditEntries, { query });
  assert.equal(status, 200);
  assert.equal(headers.get('content-type'), 'application/x-ndjson');
  return String(body);
}
