import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import type { RejectedStart } from './process-run.js';
import { START_AT, runOf } from './process-run.js';

describe('start (BPMN 2.0.2 §10.5.2, §13.5.1)', () => {
  const model = bpmn('p')
    .startEvent('plain')
    .userTask('a')
    .startEvent('told', { message: 'm', outputs: { order: '=id' } })
    .userTask('b')
    .startEvent('called', { signal: 'sg' })
    .userTask('c')
    .startEvent('late', { timer: { date: '2030-01-01T00:00:00Z' } })
    .userTask('d');

  it('puts one token at the none start event; the others take no part', async () => {
    const run = await runOf(model, { variables: { v: 1 } });
    assert.deepEqual([run.active(), run.variables()], [['a'], { v: 1 }]);
  });

  for (const [startElementId, active, variables] of [
    ['plain', 'a', { id: 7 }],
    ['told', 'b', { order: 7 }],
    ['called', 'c', { id: 7 }],
    ['late', 'd', { id: 7 }],
  ] as const) {
    it(`begins at the start event that occurred: ${startElementId}`, async () => {
      const run = await runOf(model, { startElementId, variables: { id: 7 } });
      assert.deepEqual([run.active(), run.variables()], [[active], variables]);
      assert.equal(run.completed(startElementId), 1);
    });
  }

  it('begins at every node without incoming flow where there is no start event (BPMN 2.0.2 §13.3.4)', async () => {
    const run = await runOf(bpmn('p').userTask('a').endEvent('e').at(undefined).userTask('b'));
    assert.deepEqual(run.active(), ['a', 'b']);
  });

  it('keeps business key, caller, and the time of the command', async () => {
    const run = await runOf(model, { businessKey: 'bk', processInstanceId: 'id-1' });
    assert.deepEqual(
      [run.state.businessKey, run.state.processInstanceId, run.state.at],
      ['bk', 'id-1', START_AT],
    );
  });

  it('is refused at an element that is no start event', async () => {
    await assert.rejects(runOf(model, { startElementId: 'a' }), (error: RejectedStart) => {
      assert.equal(error.code, 'invalid-argument');
      assert.match(error.message, /"a" to be a start event.*"plain", "told", "called", "late"/);
      return true;
    });
  });

  it('is refused plainly where only something that happens can start the process', async () => {
    await assert.rejects(
      runOf(bpmn('p').startEvent('told', { message: 'm' }).userTask('a')),
      (error: RejectedStart) => {
        assert.equal(error.code, 'invalid-state');
        assert.match(error.message, /none start event.*startElementId/);
        return true;
      },
    );
  });
});
