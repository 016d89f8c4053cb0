import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { modifyProcessInstance } from '../../src/contract/modifications.js';
import { getHistory, listElementInstances } from '../../src/contract/process-instance-history.js';
import { bpmn } from '../support/bpmn-builder.js';
import { call, refused, send } from '../support/contract-client.js';
import { deployed, started, useServer } from './use-server.js';

const model = bpmn('p')
  .startEvent('start')
  .userTask('a')
  .subProcess('sub', (inner) => inner.startEvent('s').userTask('b').endEvent('e'))
  .endEvent('end');

describe('modifications over REST', () => {
  const server = useServer();

  it('move a token, are replayed by their Idempotency-Key, and are told by the history', async () => {
    await deployed(server(), model);
    const params = { processInstanceId: await started(server(), 'p') };
    const body = { move: [{ fromElementId: 'a', toElementId: 'b', variables: { x: 1 } }] };
    const request = { params, body, headers: { 'idempotency-key': 'm' } };
    const modified = await call(server(), modifyProcessInstance, 200, request);
    assert.deepEqual(modified, { ...params, state: 'active' });
    const again = await send(server(), modifyProcessInstance, request);
    assert.deepEqual([again.status, again.body], [200, modified]);
    const { items } = await call(server(), listElementInstances, 200, { params });
    assert.deepEqual(
      items.map(({ elementId, state }) => `${elementId}:${state}`),
      ['start:completed', 'a:canceled', 'sub:active', 'b:active'],
    );
    const history = await call(server(), getHistory, 200, { params });
    assert.equal(history.items.at(-1)?.command, 'modifyProcessInstance');
  });

  it('are refused whole, with a reason for each instruction', async () => {
    await deployed(server(), model);
    const params = { processInstanceId: await started(server(), 'p') };
    const body = {
      activate: [{ elementId: 'a' }, { elementId: 'nowhere' }],
      cancel: [{ elementId: 'b' }],
      move: [{ fromElementInstanceId: `${params.processInstanceId}-99`, toElementId: 'b' }],
    };
    const problem = await refused(server(), modifyProcessInstance, 'invalid-argument', { params, body });
    assert.deepEqual(
      problem.errors?.map(({ path }) => path),
      ['/move/0', '/cancel/0', '/activate/1'],
    );
    const cancel = { cancel: [{ elementId: 'b' }] };
    await refused(server(), modifyProcessInstance, 'invalid-state', { params, body: cancel });
    const { items } = await call(server(), listElementInstances, 200, { params });
    assert.deepEqual(items.length, 2);
  });

  it('say what they do, exactly', async () => {
    await deployed(server(), model);
    const params = { processInstanceId: await started(server(), 'p') };
    for (const body of [
      {},
      { activate: [] },
      { activate: [{}] },
      { cancel: [{ elementId: 'a', elementInstanceId: 'x' }] },
      { move: [{ toElementId: 'a' }] },
      { move: [{ fromElementId: 'a', toElementId: 'b', unknown: 1 }] },
    ]) {
      await refused(server(), modifyProcessInstance, 'validation-failed', { params, body });
    }
    const unknown = { params: { processInstanceId: 'x' }, body: { activate: [{ elementId: 'a' }] } };
    await refused(server(), modifyProcessInstance, 'not-found', unknown);
    const foreign = { params, body: { cancel: [{ elementInstanceId: 'x-1' }] } };
    await refused(server(), modifyProcessInstance, 'invalid-argument', foreign);
  });
});
