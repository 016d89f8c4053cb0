import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  cancelBatch,
  createBatch,
  getBatch,
  searchBatches,
  searchBatchItems,
} from '../../src/contract/batches.js';
import { limits } from '../../src/contract/limits.js';
import { getProcessInstance } from '../../src/contract/process-instances.js';
import { batchLimits } from '../../src/runtime/batch-limits.js';
import { bpmn } from '../support/bpmn-builder.js';
import { call, refused, send } from '../support/contract-client.js';
import type { TestServer } from '../support/server.js';
import { deployed, started, useServer } from './use-server.js';

const model = bpmn('p').startEvent('start').userTask('a').userTask('b').endEvent('end');

describe('batches over REST', () => {
  const server = useServer();

  it('are noted with 202, done in the background, and searched with their instances', async () => {
    await deployed(server(), model);
    const first = await started(server(), 'p', { variables: { region: 'north' } });
    const second = await started(server(), 'p', { variables: { region: 'south' } });
    const filter = { bpmnProcessId: 'p', state: 'active', variables: [{ name: 'region', value: 'north' }] };
    const body = { operation: 'cancel', filter };
    const request = { body, headers: { 'idempotency-key': 'b' } };
    const batch = await call(server(), createBatch, 202, request);
    assert.deepEqual([batch.operation, batch.state, batch.createdBy], ['cancel', 'collecting', 'admin']);
    const again = await send(server(), createBatch, request);
    assert.deepEqual([again.status, again.headers.get('idempotent-replayed')], [202, 'true']);
    const params = { batchId: batch.batchId };
    const ended = await end(server(), batch.batchId);
    assert.deepEqual([ended.state, ended.total, ended.done, ended.failed], ['completed', 1, 1, 0]);
    assert.equal(await stateOf(server(), first), 'canceled');
    assert.equal(await stateOf(server(), second), 'active');
    const found = await call(server(), searchBatches, 200, {
      body: { filter: { operation: 'cancel', state: 'completed' }, sort: [{ field: 'createdAt' }] },
    });
    assert.deepEqual(found.items, [ended]);
    const items = await call(server(), searchBatchItems, 200, { params, body: {} });
    assert.deepEqual(
      items.items.map(({ processInstanceId, state }) => [processInstanceId, state]),
      [[first, 'done']],
    );
    await refused(server(), cancelBatch, 'invalid-state', { params });
  });

  it('tell each failure with the problem of the single operation, in pages', async () => {
    const [processDefinitionId = ''] = await deployed(server(), model);
    const other = bpmn('q').startEvent('start').userTask('x').endEvent('end');
    const [targetProcessDefinitionId = ''] = await deployed(server(), other);
    const ids = [await started(server(), 'p'), await started(server(), 'p'), await started(server(), 'p')];
    const migration = { targetProcessDefinitionId, mappings: [] };
    const body = { operation: 'migrate', processInstanceIds: ids, migration };
    const { batchId } = await call(server(), createBatch, 202, { body });
    assert.equal((await end(server(), batchId)).failed, 3);
    const params = { batchId };
    const page = (more: object) =>
      call(server(), searchBatchItems, 200, {
        params,
        body: { filter: { state: 'failed', code: 'invalid-state' }, page: { limit: 2, ...more } },
      });
    const one = await page({});
    assert.deepEqual([one.items.length, one.page.totalItems], [2, 3]);
    const two = await page({ after: one.page.endCursor });
    assert.equal(two.items.length, 1);
    assert.match(two.items[0]?.problem?.detail ?? '', /a/);
    const mapped = { targetProcessDefinitionId, mappings: [{ from: 'a', to: 'x' }] };
    const right = { operation: 'migrate', filter: { processDefinitionId }, migration: mapped };
    const { batchId: next } = await call(server(), createBatch, 202, { body: right });
    assert.equal((await end(server(), next)).done, 3);
  });

  it('modify by elements, and are canceled', async () => {
    await deployed(server(), model);
    const id = await started(server(), 'p');
    const modification = { move: [{ fromElementId: 'a', toElementId: 'b', variables: { x: 1 } }] };
    const body = { operation: 'modify', processInstanceIds: [id], modification };
    const { batchId } = await call(server(), createBatch, 202, { body });
    assert.equal((await end(server(), batchId)).done, 1);
    await server().runtime.stop();
    const waiting = await call(server(), createBatch, 202, {
      body: { operation: 'cancel', filter: { bpmnProcessId: 'p' } },
    });
    const params = { batchId: waiting.batchId };
    await call(server(), cancelBatch, 204, { params });
    const canceled = await call(server(), getBatch, 200, { params });
    assert.deepEqual([canceled.state, canceled.total], ['canceled', 0]);
    assert.equal(await stateOf(server(), id), 'active');
  });

  it('say what they need, exactly', async () => {
    const processInstanceIds = ['x'];
    for (const body of [
      {},
      { operation: 'cancel' },
      { operation: 'cancel', filter: {} },
      { operation: 'cancel', filter: { variables: [] } },
      { operation: 'cancel', filter: { state: 'active' }, processInstanceIds },
      { operation: 'cancel', processInstanceIds: [] },
      { operation: 'cancel', processInstanceIds: Array(limits.batchInstances + 1).fill('x') },
      { operation: 'destroy', processInstanceIds },
      { operation: 'migrate', processInstanceIds },
      { operation: 'modify', processInstanceIds },
      { operation: 'modify', processInstanceIds, modification: {} },
      { operation: 'modify', processInstanceIds, modification: { cancel: [{ elementInstanceId: 'x-1' }] } },
      { operation: 'cancel', processInstanceIds, retries: 1 },
      { operation: 'retry', processInstanceIds, retries: 0 },
      { operation: 'cancel', processInstanceIds, migration: { targetProcessDefinitionId: 'x' } },
    ]) {
      await refused(server(), createBatch, 'validation-failed', { body });
    }
    const migration = { targetProcessDefinitionId: 'nowhere' };
    const body = { operation: 'migrate', processInstanceIds, migration };
    await refused(server(), createBatch, 'invalid-argument', { body });
    for (const operation of [getBatch, cancelBatch, searchBatchItems]) {
      await refused(server(), operation, 'not-found', { params: { batchId: 'x' } });
    }
  });

  it('are refused with 429 while too many are open', async () => {
    await server().runtime.stop();
    const request = { body: { operation: 'cancel', filter: { state: 'active' } } };
    for (let count = 0; count < batchLimits.openBatches; count += 1)
      await call(server(), createBatch, 202, request);
    await refused(server(), createBatch, 'too-many-requests', request);
  });
});

async function end(server: TestServer, batchId: string) {
  const until = performance.now() + 10_000;
  for (;;) {
    await server.clock.advanceAsync(0);
    const batch = await call(server, getBatch, 200, { params: { batchId } });
    if (batch.endedAt !== undefined) return batch;
    assert.ok(performance.now() < until, `Expected the batch to end but it is ${JSON.stringify(batch)}.`);
  }
}

async function stateOf(server: TestServer, processInstanceId: string): Promise<string> {
  return (await call(server, getProcessInstance, 200, { params: { processInstanceId } })).state;
}
