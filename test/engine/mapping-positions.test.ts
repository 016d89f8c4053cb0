import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { runOf } from './process-run.js';

const started = () => bpmn('p').startEvent('s');
const inputs = { x: '=n * 10' };
const outputs = { y: '=got + 1' };

/** Mappings are taken where data goes in or out (BPMN 2.0.2 §10.4.2); that gateways have none is said at deployment. */
describe('zeebe:ioMapping at every position', () => {
  it('out of a message start event', async () => {
    const model = bpmn('p').startEvent('s', { message: 'm', outputs }).userTask('u');
    const run = await runOf(model, { startElementId: 's', variables: { got: 1, other: 2 } });
    assert.deepEqual(run.variables(), { y: 2 });
  });

  it('out of catch events and receive tasks', async () => {
    const message = { name: 'm', correlationKey: '="k"' };
    for (const model of [
      started().intermediateCatchEvent('c', { message, outputs }).userTask('u'),
      started().receiveTask('c', { message, outputs }).userTask('u'),
    ]) {
      const run = await runOf(model);
      run.message('m', { got: 1, other: 2 });
      assert.deepEqual(run.variables(), { y: 2 });
    }
  });

  it('out of boundary events', async () => {
    const message = { name: 'm', correlationKey: '="k"' };
    const run = await runOf(
      started().userTask('u').boundaryEvent('b', { attachedTo: 'u', message, outputs }).userTask('after'),
    );
    run.message('m', { got: 1, other: 2 });
    assert.deepEqual([run.active(), run.variables()], [['after'], { y: 2 }]);
  });

  it('into throw and end events: what they throw carries what is mapped', async () => {
    const run = await runOf(
      started().intermediateThrowEvent('t', { signal: 'a', inputs }).endEvent('e', { signal: 'b', inputs }),
      { variables: { n: 1 } },
    );
    assert.deepEqual(
      run.sent('broadcastSignal').map(({ signalName, variables }) => [signalName, variables]),
      [
        ['a', { x: 10 }],
        ['b', { x: 10 }],
      ],
    );
    assert.deepEqual(run.variables(), { n: 1 });
  });

  it('into and out of sub-processes: what is mapped in stays inside', async () => {
    const run = await runOf(
      started()
        .subProcess('sub', (inner) => inner.startEvent('is').userTask('a').endEvent('ie'), {
          inputs,
          outputs: { y: '=x + 1' },
        })
        .userTask('after'),
      { variables: { n: 1 } },
    );
    assert.deepEqual(run.localOf('sub'), { x: 10 });
    run.completeTask('a', { x: 20, shared: true });
    assert.deepEqual(run.variables(), { n: 1, shared: true, y: 21 });
  });

  it('in nested sub-processes each has its own variables, and the nearest holder is written', async () => {
    const run = await runOf(
      started()
        .subProcess(
          'outer',
          (outer) =>
            outer
              .startEvent('os')
              .subProcess('inner', (inner) => inner.startEvent('is').userTask('a').endEvent('ie'), {
                inputs: { b: '=a + 1' },
              })
              .userTask('between')
              .endEvent('oe'),
          { inputs: { a: '=n' } },
        )
        .userTask('after'),
      { variables: { n: 1 } },
    );
    assert.deepEqual([run.localOf('outer'), run.localOf('inner')], [{ a: 1 }, { b: 2 }]);
    run.completeTask('a', { a: 100, b: 200, n: 300, fresh: 400 });
    assert.deepEqual(run.localOf('outer'), { a: 100 });
    run.completeTask('between');
    assert.deepEqual(run.variables(), { n: 300, fresh: 400 });
  });

  it('into and out of call activities', async () => {
    const run = await runOf(
      started()
        .callActivity('c', {
          processId: 'q',
          propagateAllParentVariables: false,
          propagateAllChildVariables: false,
          inputs,
          outputs,
        })
        .userTask('after'),
      { variables: { n: 1 } },
    );
    assert.deepEqual(run.sent('startCalledInstance')[0]?.variables, { x: 10 });
    run.endCall('c', { kind: 'completed', variables: { got: 1, other: 2 } });
    assert.deepEqual(run.variables(), { n: 1, y: 2 });
  });
});
