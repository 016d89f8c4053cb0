import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { STEP_LIMIT } from '../../src/engine/limits.js';
import { bpmn } from '../support/bpmn-builder.js';
import { multiInstance } from '../support/bpmn-loops.js';
import { InstanceAlone } from './alone.js';
import { runOf } from './process-run.js';

const attributes = { completionQuantity: 3 };

describe('completionQuantity (BPMN 2.0.2 table 10.3)', () => {
  it('sends so many tokens down each flow', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .userTask('x', { attributes })
        .userTask('a')
        .endEvent('e')
        .at('x')
        .userTask('b')
        .endEvent('f'),
    );
    run.completeTask('x');
    assert.deepEqual(run.active(), ['a', 'a', 'a', 'b', 'b', 'b']);
    for (const task of ['a', 'b', 'a', 'b', 'a']) run.completeTask(task);
    assert.equal(run.state.status, 'active');
    run.completeTask('b');
    assert.deepEqual(
      [run.state.status, run.completed('x'), run.completed('e'), run.completed('f')],
      ['completed', 1, 3, 3],
    );
  });

  it('counts for a multi-instance activity as a whole, and not for what compensates or ends', async () => {
    const content = multiInstance({ cardinality: '=2' });
    const run = await runOf(
      bpmn('p').startEvent('s').userTask('x', { attributes, content }).userTask('a').endEvent('e'),
    );
    run.completeTask('x');
    assert.deepEqual(run.active(), ['x']);
    run.completeTask('x');
    assert.deepEqual(run.active(), ['a', 'a', 'a']);
    const last = await runOf(bpmn('p').startEvent('s').userTask('x', { attributes }));
    last.completeTask('x');
    assert.equal(last.state.status, 'completed');
  });

  it('gives each token of a flow to another instance of a parallel join', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .parallelGateway('fork')
        .task('x', { attributes })
        .parallelGateway('join')
        .userTask('a')
        .endEvent('e')
        .at('fork')
        .task('y', { attributes: { completionQuantity: 2 } })
        .connectTo('join'),
    );
    assert.deepEqual(run.active(), ['a', 'a', 'join']);
  });
});

describe('a fork in a loop without a wait', () => {
  it('is stopped before its tokens have multiplied without bound, and loses none', async () => {
    const model = bpmn('p')
      .startEvent('s')
      .task('x', { attributes: { completionQuantity: 1_000 } });
    const alone = await InstanceAlone.of(model.flow('x', 'x'));
    const incidents = alone.incidents();
    assert.deepEqual([...new Set(incidents)], ['x: step-limit-exceeded']);
    assert.ok(
      incidents.length <= STEP_LIMIT + 1_000,
      `Expected one incident a token but found ${incidents.length}.`,
    );
    assert.equal(alone.state.status, 'active');
  });
});
