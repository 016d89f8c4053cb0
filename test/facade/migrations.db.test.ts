import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { migrateProcessInstance } from '../../src/contract/migrations.js';
import { getHistory, listElementInstances } from '../../src/contract/process-instance-history.js';
import { getProcessInstance } from '../../src/contract/process-instances.js';
import { bpmn } from '../support/bpmn-builder.js';
import { call, refused } from '../support/contract-client.js';
import { deployed, started, useServer } from './use-server.js';

const model = (id: string) => bpmn('p').startEvent('start').userTask(id).endEvent('end');

describe('migrations over REST', () => {
  const server = useServer();

  it('are tried, then done, and told by the history', async () => {
    const [source = ''] = await deployed(server(), model('a'));
    const params = { processInstanceId: await started(server(), 'p') };
    const [target = ''] = await deployed(server(), model('b'));
    const body = { targetProcessDefinitionId: target, mappings: [{ from: 'a', to: 'b' }] };
    const query = { dryRun: 'true' };
    const tried = await call(server(), migrateProcessInstance, 200, { params, query, body });
    assert.deepEqual(tried, {
      ...params,
      sourceProcessDefinitionId: source,
      targetProcessDefinitionId: target,
      dryRun: true,
    });
    const instance = () => call(server(), getProcessInstance, 200, { params });
    assert.equal((await instance()).processDefinitionId, source);
    await call(server(), migrateProcessInstance, 200, { params, body });
    assert.deepEqual([(await instance()).processDefinitionId, (await instance()).version], [target, 2]);
    const { items } = await call(server(), listElementInstances, 200, { params });
    assert.deepEqual(
      items.map(({ elementId, state }) => `${elementId}:${state}`),
      ['start:completed', 'b:active'],
    );
    const history = await call(server(), getHistory, 200, { params });
    const event = history.items.at(-1)?.events[0];
    assert.deepEqual([event?.type, event?.processDefinitionId], ['processInstanceMigrated', target]);
  });

  it('are refused with a reason for each element', async () => {
    await deployed(server(), model('a'));
    const params = { processInstanceId: await started(server(), 'p') };
    const [target = ''] = await deployed(server(), model('b'));
    const body = { targetProcessDefinitionId: target };
    const problem = await refused(server(), migrateProcessInstance, 'invalid-state', { params, body });
    assert.deepEqual(
      problem.errors?.map(({ path, elementId }) => [path, elementId]),
      [['/mappings', 'a']],
    );
    const wrong = { ...body, mappings: [{ from: 'x', to: 'y' }] };
    await refused(server(), migrateProcessInstance, 'invalid-argument', { params, body: wrong });
    const nowhere = { targetProcessDefinitionId: 'x' };
    await refused(server(), migrateProcessInstance, 'invalid-argument', { params, body: nowhere });
    await refused(server(), migrateProcessInstance, 'validation-failed', { params, body: {} });
    const unknown = { params: { processInstanceId: 'x' }, body };
    await refused(server(), migrateProcessInstance, 'not-found', unknown);
  });
});
