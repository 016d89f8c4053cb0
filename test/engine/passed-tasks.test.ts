import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { runOf } from './process-run.js';

describe('abstract and manual task (BPMN 2.0.2 §13.3.3)', () => {
  it('are passed at once', async () => {
    const run = await runOf(bpmn('p').startEvent('s').task('a').manualTask('b').endEvent('e'));
    assert.equal(run.state.status, 'completed');
    assert.deepEqual(run.lastSteps().slice(1), [
      'elementActivated s',
      'elementCompleted s',
      'elementActivated a',
      'elementCompleted a',
      'elementActivated b',
      'elementCompleted b',
      'elementActivated e',
      'elementCompleted e',
      'processInstanceCompleted',
    ]);
  });

  it('close what their boundary events opened', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .task('a')
        .endEvent('e')
        .boundaryEvent('b', { attachedTo: 'a', signal: 'x' })
        .endEvent('f'),
    );
    assert.equal(run.state.status, 'completed');
    assert.equal(run.rows.size, 0);
  });

  it('put a token on each unconditional flow (BPMN 2.0.2 §13.3.1)', async () => {
    const run = await runOf(bpmn('p').startEvent('s').task('a').userTask('b').at('a').userTask('c'));
    assert.deepEqual(run.active(), ['b', 'c']);
    run.completeTask('c');
    assert.equal(run.state.status, 'active');
    run.completeTask('b');
    assert.equal(run.state.status, 'completed');
  });

  it('keep their token, as an incident, when no condition is true and there is no default flow', async () => {
    const model = bpmn('p').startEvent('s').task('a').when('=n > 1').userTask('over1');
    const run = await runOf(model, { variables: { n: 0 } });
    assert.deepEqual(run.incidents(), ['a: no-flow-taken']);
  });

  it('take the flows whose conditions are true, and the default flow only when none is (BPMN 2.0.2 §8.4.13)', async () => {
    const model = bpmn('p')
      .startEvent('s')
      .task('a')
      .when('=n > 1')
      .userTask('over1')
      .at('a')
      .when('=n > 2')
      .userTask('over2')
      .at('a')
      .userTask('always')
      .at('a')
      .otherwise()
      .userTask('default');
    const active = async (n: number) => (await runOf(model, { variables: { n } })).active();
    assert.deepEqual(await active(3), ['always', 'over1', 'over2']);
    assert.deepEqual(await active(2), ['always', 'over1']);
    assert.deepEqual(await active(0), ['always', 'default']);
  });
});

describe('script task (BPMN 2.0.2 §13.3.3)', () => {
  it('runs its expression and writes the result variable', async () => {
    const run = await runOf(
      bpmn('p').startEvent('s').scriptTask('x', { expression: '=n + 1', resultVariable: 'n' }).endEvent('e'),
      { variables: { n: 1 } },
    );
    assert.deepEqual(run.variables(), { n: 2 });
    assert.equal(run.state.status, 'completed');
  });

  it('gives its result to output mappings', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .scriptTask('x', { expression: '={a: 1, b: 2}', resultVariable: 'r', outputs: { 'to.b': '=r.b' } }),
    );
    assert.deepEqual(run.variables(), { to: { b: 2 } });
  });

  it('waits for a job in JavaScript, goes on with its result, and is canceled with it', async () => {
    const attributes = { scriptFormat: 'javascript', 'camunda:resultVariable': 'r' };
    const model = bpmn('p')
      .startEvent('s')
      .scriptTask('x', { attributes, content: ['<bpmn:script>n + 1</bpmn:script>'] })
      .boundaryEvent('b', { attachedTo: 'x', timer: { duration: 'PT1H' } })
      .endEvent('late')
      .at('x')
      .endEvent('e');
    const run = await runOf(model, { variables: { n: 1 } });
    assert.deepEqual(
      run.jobs('x').map(({ jobType, headers }) => [jobType, headers]),
      [['throughline:script', {}]],
    );
    await run.restart(model);
    run.completeJob('x', { r: 2 });
    assert.deepEqual([run.state.status, run.variables()], ['completed', { n: 1, r: 2 }]);
    const late = await runOf(model);
    late.fireTimer('b');
    assert.deepEqual([late.state.status, late.jobs('x'), late.canceled('x')], ['completed', [], 1]);
  });

  it('sees the time of the command, and no other', async () => {
    const run = await runOf(
      bpmn('p').startEvent('s').scriptTask('x', { expression: '=string(now())', resultVariable: 'now' }),
    );
    assert.match(String(run.variables().now), /^2026-01-01T00:00:00/);
  });
});
