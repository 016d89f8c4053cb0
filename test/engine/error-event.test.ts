import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import type { ScopeBuilder } from '../support/bpmn-builder.js';
import { runOf } from './process-run.js';

describe('error end event (BPMN 2.0.2 §10.5.3)', () => {
  it('ends its sub-process; the boundary event with the code catches', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .subProcess('sub', (inner) =>
          inner
            .startEvent('is')
            .parallelGateway('fork')
            .userTask('a')
            .endEvent('err', { error: '42' })
            .at('fork')
            .userTask('b'),
        )
        .endEvent('e')
        .boundaryEvent('any', { attachedTo: 'sub', error: true })
        .endEvent('ea')
        .boundaryEvent('b42', { attachedTo: 'sub', error: '42' })
        .endEvent('e42'),
    );
    run.completeTask('a');
    assert.deepEqual([run.canceled('b'), run.canceled('sub'), run.canceled('err')], [1, 1, 1]);
    assert.deepEqual([run.completed('e42'), run.completed('ea'), run.completed('e')], [1, 0, 0]);
  });

  it('finds siblings and deeper scopes in the midst of the same command, and leaves none behind', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .parallelGateway('outer')
        .subProcess('sub', (inner) =>
          inner
            .startEvent('is')
            .parallelGateway('fork')
            .task('a1')
            .endEvent('err', { error: '42' })
            .at('fork')
            .task('b1')
            .task('b2')
            .userTask('b3')
            .at('fork')
            .subProcess('deep', (deep) => deep.startEvent('ds').task('d1').task('d2').userTask('d3'))
            .at('fork')
            .parallelGateway('join')
            .at('fork')
            .connectTo('join'),
        )
        .endEvent('e')
        .boundaryEvent('b', { attachedTo: 'sub', error: '42' })
        .userTask('repair')
        .at('outer')
        .userTask('beside'),
    );
    assert.deepEqual(run.active(), ['beside', 'repair']);
    assert.deepEqual([run.activated('b3'), run.activated('d3')], [0, 0]);
  });

  it('goes up through scopes to the nearest that catches the code, passing over others (BPMN 2.0.2 §10.5.5)', async () => {
    const model = (innerCode: string) =>
      bpmn('p')
        .startEvent('s')
        .subProcess('outer', (outer) =>
          outer
            .startEvent('os')
            .subProcess('inner', (inner) => inner.startEvent('is').endEvent('err', { error: '42' }))
            .endEvent('oe')
            .boundaryEvent('bi', { attachedTo: 'inner', error: innerCode })
            .task('mended'),
        )
        .endEvent('e')
        .boundaryEvent('bo', { attachedTo: 'outer', error: '42' })
        .endEvent('eo');
    const near = await runOf(model('42'));
    assert.deepEqual(
      [near.completed('mended'), near.completed('outer'), near.completed('e'), near.completed('eo')],
      [1, 1, 1, 0],
    );
    const far = await runOf(model('43'));
    assert.deepEqual(
      [far.canceled('inner'), far.canceled('outer'), far.completed('eo'), far.completed('e')],
      [1, 1, 1, 0],
    );
  });

  it('that nothing catches ends the instance by its code', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .task('t')
        .userTask('u')
        .at('t')
        .userTask('v')
        .endEvent('err', { error: '42' }),
    );
    run.completeTask('v');
    assert.deepEqual([run.state.status, run.state.errorCode, run.canceled('u')], ['terminated', '42', 1]);
    assert.equal(run.countOf('errorThrown'), 1);
  });

  it('carries the variables that are mapped into it', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .subProcess('sub', (inner) =>
          inner.startEvent('is').endEvent('err', { error: '42', inputs: { reason: '=why + "!"' } }),
        )
        .boundaryEvent('b', { attachedTo: 'sub', error: true, outputs: { told: '=reason' } })
        .endEvent('e'),
      { variables: { why: 'stock' } },
    );
    assert.deepEqual(run.variables(), { why: 'stock', told: 'stock!' });
  });
});

describe('error thrown by a job (BPMN 2.0.2 §10.5.5)', () => {
  const model = bpmn('p')
    .startEvent('s')
    .serviceTask('a', { type: 'work' })
    .endEvent('e')
    .boundaryEvent('b42', { attachedTo: 'a', error: '42' })
    .endEvent('e42')
    .boundaryEvent('b43', { attachedTo: 'a', error: '43' })
    .endEvent('e43');

  it('goes to the boundary event with its code, with its variables', async () => {
    const run = await runOf(model);
    run.throwError('a', '43', { reason: 'stock' });
    assert.deepEqual([run.completed('e42'), run.completed('e43'), run.canceled('a')], [0, 1, 1]);
    assert.deepEqual(run.variables(), { reason: 'stock' });
    const thrown = run.events.find((event) => event.type === 'errorThrown');
    assert.deepEqual(thrown, {
      type: 'errorThrown',
      key: 2,
      errorCode: '43',
      errorMessage: '43 happened',
      caughtBy: 'b43',
    });
  });

  it('that nothing catches is an incident at the job; thrown again it takes the place of the first', async () => {
    const run = await runOf(model);
    run.throwError('a', '44');
    assert.deepEqual(run.incidents(), ['a: uncaught-error']);
    assert.match(run.incidentRow('a').message, /"44" but nothing catches it: 44 happened/);
    run.throwError('a', '45');
    assert.deepEqual(run.incidents(), ['a: uncaught-error']);
    assert.match(run.incidentRow('a').message, /"45"/);
    run.resolveIncident('a');
    assert.equal(run.jobs('a')[0]?.retries, 1);
    run.throwError('a', '42');
    assert.deepEqual([run.state.status, run.completed('e42')], ['completed', 1]);
  });

  it('cancels the siblings when the boundary event stands around them', async () => {
    const inside = (scope: ScopeBuilder) =>
      scope
        .startEvent('is')
        .parallelGateway('fork')
        .serviceTask('a', { type: 'work' })
        .at('fork')
        .userTask('b');
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .subProcess('sub', inside)
        .boundaryEvent('b42', { attachedTo: 'sub', error: '42' })
        .endEvent('e42'),
    );
    run.throwError('a', '42');
    assert.deepEqual(
      [run.canceled('a'), run.canceled('b'), run.canceled('sub'), run.completed('e42')],
      [1, 1, 1, 1],
    );
  });
});
