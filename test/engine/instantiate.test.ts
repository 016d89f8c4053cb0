import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import type { RejectedStart } from './process-run.js';
import { runOf } from './process-run.js';

const attributes = { instantiate: true };

describe('instantiating receive task (BPMN 2.0.2 §10.3.3, §13.2)', () => {
  const model = () =>
    bpmn('p')
      .receiveTask('r', { message: 'order', attributes, outputs: { item: '=what' } })
      .userTask('u')
      .endEvent('e');

  it('starts an instance by its message, which it has received then', async () => {
    const run = await runOf(model(), { startElementId: 'r', variables: { what: 'pen' } });
    assert.deepEqual([run.completed('r'), run.active(), run.variables()], [1, ['u'], { item: 'pen' }]);
    run.completeTask('u');
    assert.deepEqual([run.state.status, run.rows.size], ['completed', 0]);
  });

  it('is no plain start', async () => {
    await assert.rejects(runOf(model()), (error: RejectedStart) => error.code === 'invalid-state');
  });

  it('takes no part where something else starts the instance', async () => {
    const run = await runOf(model().startEvent('s').connectTo('u'));
    assert.deepEqual([run.activated('r'), run.active()], [0, ['u']]);
  });
});

describe('instantiating event-based gateway (BPMN 2.0.2 §10.6.6, §13.2)', () => {
  const model = () =>
    bpmn('p')
      .eventBasedGateway('g', { attributes })
      .intermediateCatchEvent('m', { message: 'order' })
      .userTask('byMessage')
      .endEvent('e')
      .at('g')
      .intermediateCatchEvent('s', { signal: 'stock' })
      .userTask('bySignal')
      .endEvent('e2');

  for (const [startElementId, task] of [
    ['m', 'byMessage'],
    ['s', 'bySignal'],
  ] as const) {
    it(`starts an instance by "${startElementId}" behind it; the other takes no part`, async () => {
      const run = await runOf(model(), { startElementId, variables: { v: 1 } });
      assert.deepEqual([run.active(), run.variables(), run.rows.size], [[task], { v: 1 }, 1]);
      run.completeTask(task);
      assert.equal(run.state.status, 'completed');
    });
  }
});
