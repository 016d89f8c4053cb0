import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { multiInstance } from '../support/bpmn-loops.js';
import { runOf } from './process-run.js';

const two = { startQuantity: 2 };

/** Three tokens, each by way of a user task of its own, go to the activity `x`. */
function threeTo(attributes: { readonly startQuantity: number }, content?: readonly string[]) {
  return bpmn('p')
    .startEvent('s')
    .parallelGateway('fork')
    .userTask('a')
    .userTask('x', { attributes, ...(content !== undefined && { content }) })
    .endEvent('e')
    .at('fork')
    .userTask('b')
    .connectTo('x')
    .at('fork')
    .userTask('c')
    .connectTo('x');
}

describe('startQuantity (BPMN 2.0.2 table 10.3)', () => {
  it('lets an activity begin when so many tokens have come, by whichever flows', async () => {
    const run = await runOf(threeTo({ startQuantity: 3 }));
    run.completeTask('a');
    run.completeTask('b');
    assert.deepEqual([run.active(), run.rows.userTasks.size], [['c', 'x'], 1]);
    run.completeTask('c');
    assert.deepEqual([run.active(), run.rows.userTasks.size], [['x'], 1]);
    run.completeTask('x');
    assert.deepEqual([run.state.status, run.completed('x'), run.completed('e')], ['completed', 1, 1]);
  });

  it('counts the tokens of one flow too, and begins a further instance with those in excess', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .task('many', { attributes: { completionQuantity: 5 } })
        .userTask('x', { attributes: two })
        .endEvent('e'),
    );
    assert.deepEqual([run.active(), run.rows.userTasks.size], [['x', 'x', 'x'], 2]);
    run.completeTask('x');
    run.completeTask('x');
    assert.deepEqual([run.state.status, run.active(), run.completed('e')], ['active', ['x'], 2]);
  });

  it('arms boundary events when the activity begins, and not while it waits for tokens', async () => {
    const run = await runOf(
      threeTo({ startQuantity: 3 })
        .boundaryEvent('late', { attachedTo: 'x', timer: { duration: 'PT1H' } })
        .endEvent('le'),
    );
    run.completeTask('a');
    run.completeTask('b');
    assert.equal(run.rows.timers.size, 0);
    run.completeTask('c');
    assert.equal(run.rows.timers.size, 1);
  });

  it('is for a multi-instance activity as a whole', async () => {
    const run = await runOf(threeTo(two, multiInstance({ cardinality: '=2' })));
    run.completeTask('a');
    assert.equal(run.rows.userTasks.size, 2);
    run.completeTask('b');
    assert.equal(run.rows.userTasks.size, 3);
    run.completeTask('x');
    run.completeTask('x');
    assert.deepEqual([run.completed('e'), run.active()], [1, ['c']]);
  });

  it('takes what waits away with the scope around it', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .parallelGateway('fork')
        .task('t')
        .userTask('x', { attributes: two })
        .endEvent('e')
        .at('fork')
        .userTask('u')
        .endEvent('stop', { terminate: true }),
    );
    assert.deepEqual(run.active(), ['u', 'x']);
    run.completeTask('u');
    assert.equal(run.state.status, 'terminated');
  });
});
