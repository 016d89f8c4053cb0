import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { runOf } from './process-run.js';
import { itWaits } from './wait-state.js';

describe('conditional intermediate catch event (BPMN 2.0.2 §10.5.5)', () => {
  itWaits({
    element: (scope) => scope.intermediateCatchEvent('x', { condition: '=stock > 10' }),
    occur: (run) => run.setVariables({ stock: 11 }),
    isActivity: false,
    start: { variables: { stock: 1 } },
  });

  it('does not hold the token when the condition is true already', async () => {
    const run = await runOf(
      bpmn('p').startEvent('s').intermediateCatchEvent('c', { condition: '=a = 1' }).endEvent('e'),
      { variables: { a: 1 } },
    );
    assert.equal(run.state.status, 'completed');
  });

  it('waits for variables that are not there yet', async () => {
    const run = await runOf(
      bpmn('p').startEvent('s').intermediateCatchEvent('c', { condition: '=order.paid' }).endEvent('e'),
    );
    assert.deepEqual([run.active(), run.incidents()], [['c'], []]);
    run.setVariables({ order: { paid: true } });
    assert.equal(run.state.status, 'completed');
  });

  it('occurs by what another branch writes, within the same command', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .parallelGateway('g')
        .intermediateCatchEvent('c', { condition: '=done' })
        .endEvent('e')
        .at('g')
        .userTask('u')
        .scriptTask('t', { expression: '=true', resultVariable: 'done' })
        .scriptTask('t2', { expression: '=false', resultVariable: 'done' })
        .endEvent('e2'),
    );
    run.completeTask('u');
    assert.equal(run.completed('c'), 1, 'Expected the condition to have been seen true for a moment.');
    assert.equal(run.state.status, 'completed');
  });

  it('sees the variables of its own scope only where they cover outer ones', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .subProcess(
          'sub',
          (inner) =>
            inner.startEvent('is').intermediateCatchEvent('c', { condition: '=a = 2' }).endEvent('ie'),
          { inputs: { a: '=1' } },
        )
        .endEvent('e'),
    );
    run.setVariables({ a: 2 });
    assert.deepEqual(run.active(), ['c']);
    run.setVariables({ a: 2 }, 'sub');
    assert.equal(run.state.status, 'completed');
  });

  it('raises an incident for a condition that is neither true nor false, at once or later', async () => {
    const model = () =>
      bpmn('p').startEvent('s').intermediateCatchEvent('c', { condition: '=a' }).endEvent('e');
    const atOnce = await runOf(model(), { variables: { a: 'yes' } });
    assert.deepEqual(atOnce.incidents(), ['c: expression-failed']);
    atOnce.setVariables({ a: false });
    atOnce.resolveIncident('c');
    assert.deepEqual([atOnce.active(), atOnce.incidents()], [['c'], []]);
    const later = await runOf(model(), { variables: { a: false } });
    later.setVariables({ a: 'yes' });
    assert.deepEqual(later.incidents(), ['c: expression-failed']);
    later.resolveIncident('c');
    assert.deepEqual(later.incidents(), ['c: expression-failed']);
    later.setVariables({ a: true });
    assert.equal(later.state.status, 'completed');
    assert.equal(later.rows.size, 0);
  });

  it('is not evaluated for variables that it does not read', async () => {
    const run = await runOf(
      bpmn('p').startEvent('s').intermediateCatchEvent('c', { condition: '=a > 1' }).endEvent('e'),
      { variables: { a: 1 } },
    );
    run.setVariables({ b: 1 });
    assert.deepEqual(run.lastSteps(), ['variablesSet']);
  });
});

describe('conditional boundary event (BPMN 2.0.2 §13.5.3)', () => {
  const guarded = (interrupting: boolean) =>
    bpmn('p')
      .startEvent('s')
      .userTask('u')
      .endEvent('e')
      .boundaryEvent('b', { attachedTo: 'u', interrupting, condition: '=temperature > 100' })
      .endEvent('hot');

  it('interrupts when the condition becomes true', async () => {
    const run = await runOf(guarded(true), { variables: { temperature: 20 } });
    run.setVariables({ temperature: 50 });
    assert.deepEqual(run.active(), ['u']);
    run.setVariables({ temperature: 150 });
    assert.deepEqual([run.canceled('u'), run.completed('hot')], [1, 1]);
    assert.equal(run.state.status, 'completed');
    assert.equal(run.rows.size, 0);
  });

  it('interrupts at once when the condition is true already', async () => {
    const run = await runOf(guarded(true), { variables: { temperature: 150 } });
    assert.deepEqual([run.canceled('u'), run.completed('hot'), run.state.status], [1, 1, 'completed']);
  });

  it('occurs each time that the condition becomes true, where it does not interrupt', async () => {
    const run = await runOf(guarded(false), { variables: { temperature: 20 } });
    for (const temperature of [150, 160, 20, 20, 130]) run.setVariables({ temperature });
    assert.equal(run.completed('hot'), 2);
    run.completeTask('u');
    assert.equal(run.state.status, 'completed');
  });

  it('leaves the incident of a job in its place', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .serviceTask('t', { type: 'x' })
        .endEvent('e')
        .boundaryEvent('b', { attachedTo: 't', condition: '=stop' })
        .endEvent('e2'),
    );
    run.failJob('t');
    run.setVariables({ stop: 'maybe' });
    assert.deepEqual(run.incidents(), ['t: job-retries-exhausted']);
    run.setVariables({ stop: true });
    assert.deepEqual([run.canceled('t'), run.state.status], [1, 'completed']);
    assert.equal(run.rows.size, 0);
  });

  it('of a sub-process sees what is written inside and around', async () => {
    const model = bpmn('p')
      .startEvent('s')
      .subProcess('sub', (inner) => inner.startEvent('is').userTask('u').userTask('u2').endEvent('ie'))
      .endEvent('e')
      .boundaryEvent('b', { attachedTo: 'sub', condition: '=stop' })
      .endEvent('stopped');
    const run = await runOf(model);
    run.completeTask('u', { stop: true });
    assert.deepEqual([run.canceled('sub'), run.completed('stopped')], [1, 1]);
    assert.equal(run.state.status, 'completed');
  });
});

describe('conditional event behind an event-based gateway', () => {
  itWaits({
    element: (scope) => scope.eventBasedGateway('g').intermediateCatchEvent('x', { condition: '=go' }),
    occur: (run) => run.setVariables({ go: true }),
    isActivity: false,
    holder: 'g',
  });

  it('is given up when another event occurs', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .eventBasedGateway('g')
        .intermediateCatchEvent('c', { condition: '=go' })
        .endEvent('e')
        .at('g')
        .intermediateCatchEvent('t', { timer: { duration: 'PT1H' } })
        .userTask('u'),
    );
    run.fireTimer('t');
    run.setVariables({ go: true });
    assert.deepEqual([run.active(), run.completed('c')], [['u'], 0]);
  });
});

describe('conditional start event of an event sub-process (BPMN 2.0.2 §13.5.4)', () => {
  const guarded = (interrupting: boolean) =>
    bpmn('p')
      .startEvent('s')
      .userTask('u')
      .endEvent('e')
      .eventSubProcess('esp', (inner) =>
        inner.startEvent('es', { interrupting, condition: '=alarm' }).userTask('help').endEvent('ee'),
      );

  it('interrupts the scope when its condition becomes true', async () => {
    const run = await runOf(guarded(true));
    run.setVariables({ alarm: true });
    assert.deepEqual([run.canceled('u'), run.active()], [1, ['help']]);
    run.completeTask('help');
    assert.equal(run.state.status, 'completed');
  });

  it('interrupts at once when its condition is true already', async () => {
    const run = await runOf(guarded(true), { variables: { alarm: true } });
    assert.deepEqual([run.activated('u'), run.active()], [0, ['help']]);
  });

  it('occurs each time that its condition becomes true, where it does not interrupt', async () => {
    const run = await runOf(guarded(false));
    for (const alarm of [true, true, false, true]) run.setVariables({ alarm });
    assert.deepEqual(run.active(), ['help', 'help', 'u']);
  });

  it('is not looked at any more when the scope has ended', async () => {
    const run = await runOf(guarded(true));
    run.completeTask('u');
    assert.equal(run.state.status, 'completed');
    assert.equal(run.rows.size, 0);
  });
});
