import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { runOf } from './process-run.js';

describe('exclusive gateway (BPMN 2.0.2 §13.4.2)', () => {
  const model = bpmn('p')
    .startEvent('s')
    .exclusiveGateway('g')
    .otherwise()
    .userTask('c')
    .at('g')
    .when('=n > 1')
    .userTask('a')
    .at('g')
    .when('=n > 0')
    .userTask('b');

  for (const [n, expected] of [
    [2, 'a'],
    [1, 'b'],
    [0, 'c'],
  ] as const) {
    it(`takes the first flow that is true, else the default: ${expected} for ${n}`, async () => {
      const run = await runOf(model, { variables: { n } });
      assert.deepEqual(run.active(), [expected]);
    });
  }

  it('does not evaluate the conditions behind the one that is true', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .exclusiveGateway('g')
        .when('=true')
        .userTask('a')
        .at('g')
        .when('=missing')
        .userTask('b'),
    );
    assert.deepEqual(run.active(), ['a']);
    assert.deepEqual(run.incidents(), []);
  });

  it('raises an incident when no condition is true and it has no default; resolving evaluates again', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .exclusiveGateway('g')
        .when('=n > 1')
        .userTask('a')
        .at('g')
        .when('=n < 0')
        .userTask('b'),
      { variables: { n: 0 } },
    );
    assert.deepEqual(run.incidents(), ['g: no-flow-taken']);
    assert.deepEqual(run.active(), ['g']);
    run.resolveIncident('g');
    assert.deepEqual(run.incidents(), ['g: no-flow-taken']);
    run.setVariables({ n: 2 });
    run.resolveIncident('g');
    assert.deepEqual(run.active(), ['a']);
    assert.deepEqual(run.incidents(), []);
  });

  for (const [what, condition] of [
    ['null', '=missing > 1'],
    ['text', '="true"'],
    ['a number', '=1'],
  ] as const) {
    it(`raises an incident for a condition that gives ${what}: it must not choose a path unseen`, async () => {
      const run = await runOf(
        bpmn('p')
          .startEvent('s')
          .exclusiveGateway('g')
          .when(condition)
          .userTask('a')
          .at('g')
          .otherwise()
          .userTask('b'),
      );
      assert.deepEqual(run.incidents(), ['g: expression-failed']);
      assert.match(run.incidentRow('g').message, /condition of sequence flow "f_g_a".*true or false/);
    });
  }

  it('passes every token as a merge; it does not wait', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .parallelGateway('fork')
        .task('a')
        .exclusiveGateway('merge')
        .userTask('c')
        .at('fork')
        .task('b')
        .connectTo('merge'),
    );
    assert.deepEqual(run.active(), ['c', 'c']);
    run.completeTask('c');
    assert.equal(run.state.status, 'active');
    run.completeTask('c');
    assert.equal(run.state.status, 'completed');
  });
});
