import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { STEP_LIMIT } from '../../src/engine/limits.js';
import { bpmn } from '../support/bpmn-builder.js';
import type { StandardLoopOptions } from '../support/bpmn-loops.js';
import { standardLoop } from '../support/bpmn-loops.js';
import { InstanceAlone } from './alone.js';
import { runOf } from './process-run.js';

const tasks = (options: StandardLoopOptions) =>
  bpmn('p')
    .startEvent('s')
    .userTask('x', { content: standardLoop(options) })
    .endEvent('e');

const whileMore = { testBefore: true, condition: '=more' };

describe('loop activity (BPMN 2.0.2 §13.3.6)', () => {
  it('tested before is done as long as the condition is true, one after the other', async () => {
    const run = await runOf(tasks(whileMore), { variables: { more: true } });
    run.completeTask('x');
    assert.deepEqual(run.active(), ['x']);
    run.completeTask('x', { more: false });
    assert.deepEqual([run.activated('x'), run.completed('x'), run.state.status], [2, 2, 'completed']);
  });

  it('tested before is not done at all when the condition is false from the start', async () => {
    const run = await runOf(tasks(whileMore), { variables: { more: false } });
    assert.deepEqual([run.activated('x'), run.completed('e')], [0, 1]);
  });

  it('tested after is done once at least', async () => {
    const run = await runOf(tasks({ condition: '=more' }));
    run.completeTask('x', { more: false });
    assert.deepEqual([run.completed('x'), run.completed('e')], [1, 1]);
  });

  it('is done no more often than its maximum, with or without a condition', async () => {
    for (const condition of [{ condition: '=true' }, {}]) {
      const run = await runOf(tasks({ ...condition, maximum: 2 }));
      run.completeTask('x');
      run.completeTask('x');
      assert.deepEqual([run.activated('x'), run.completed('e')], [2, 1]);
    }
  });

  it('counts its iterations from 1, in the activity and in the condition', async () => {
    const model = bpmn('p')
      .startEvent('s')
      .scriptTask('x', {
        expression: '=append(seen, loopCounter)',
        resultVariable: 'seen',
        content: standardLoop({ testBefore: true, condition: '=loopCounter < 3' }),
      })
      .endEvent('e');
    const run = await runOf(model, { variables: { seen: [] } });
    assert.deepEqual(run.state.elementInstances.get(0)?.variables, { seen: [1, 2, 3] });
  });

  it('of a sub-process fills it anew each time', async () => {
    const model = bpmn('p')
      .startEvent('s')
      .subProcess('x', (inner) => inner.startEvent('is').userTask('u').endEvent('ie'), {
        content: standardLoop({ condition: '=more' }),
      })
      .endEvent('e');
    const run = await runOf(model);
    run.completeTask('u', { more: true });
    run.completeTask('u', { more: false });
    assert.deepEqual([run.completed('ie'), run.completed('x'), run.state.status], [2, 2, 'completed']);
  });

  it('goes on after a restart', async () => {
    const model = tasks(whileMore);
    const run = await runOf(model, { variables: { more: true } });
    await run.restart(model);
    run.completeTask('x');
    await run.restart(model);
    run.completeTask('x', { more: false });
    assert.equal(run.state.status, 'completed');
  });

  it('is interrupted as a whole by its boundary event, and by an error of an iteration', async () => {
    const model = tasks(whileMore)
      .boundaryEvent('b', { attachedTo: 'x', timer: { duration: 'PT1H' } })
      .endEvent('late')
      .boundaryEvent('c', { attachedTo: 'x', error: '42' })
      .endEvent('failed');
    const late = await runOf(model, { variables: { more: true } });
    late.completeTask('x');
    late.fireTimer('b');
    assert.deepEqual([late.completed('late'), late.canceled('x'), late.rows.size], [1, 1, 0]);
    const failed = await runOf(model, { variables: { more: true } });
    failed.throwError('x', '42');
    assert.deepEqual([failed.completed('failed'), failed.rows.size], [1, 0]);
  });

  it('is canceled with its instance', async () => {
    const run = await runOf(tasks(whileMore), { variables: { more: true } });
    run.cancel();
    assert.deepEqual([run.canceled('x'), run.rows.size], [1, 0]);
  });

  it('is an incident where its condition says neither yes nor no: before, at the whole; after, at the iteration', async () => {
    const run = await runOf(tasks(whileMore));
    assert.deepEqual(run.incidents(), ['x: expression-failed']);
    run.setVariables({ more: true });
    run.resolveIncident('x');
    run.setVariables({ more: 'perhaps' });
    run.completeTask('x');
    assert.deepEqual(run.incidents(), ['x: expression-failed']);
    run.setVariables({ more: false });
    run.resolveIncident('x');
    assert.deepEqual([run.completed('x'), run.state.status], [1, 'completed']);
  });

  it('that is passed without end becomes an incident, which goes on when resolved', async () => {
    const model = bpmn('p')
      .startEvent('s')
      .task('x', { content: standardLoop({ condition: '=stop != true' }) })
      .endEvent('e');
    const alone = await InstanceAlone.of(model);
    assert.deepEqual(alone.incidents(), ['x: step-limit-exceeded']);
    assert.ok(
      alone.state.lastKey < STEP_LIMIT,
      'Expected each iteration to take two steps, and nothing to add steps.',
    );
    alone.send({ type: 'setVariables', variables: { stop: true } });
    alone.resolveIncidents();
    assert.equal(alone.state.status, 'completed');
  });
});
