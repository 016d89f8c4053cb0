import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { START_AT, runOf } from './process-run.js';
import { itWaits } from './wait-state.js';

const message = { name: 'm', correlationKey: '=k' };

describe('message catch event (BPMN 2.0.2 §13.5.2)', () => {
  itWaits({
    element: (scope) => scope.intermediateCatchEvent('x', { message }),
    occur: (run) => run.message('m', {}, '1'),
    isActivity: false,
    start: { variables: { k: 1 } },
  });

  it('maps what the message brings', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .intermediateCatchEvent('x', { message, outputs: { 'order.paid': '=amount', seen: '=order.paid' } }),
      { variables: { k: 'A', order: { id: 7 } } },
    );
    run.message('m', { amount: 3, noise: true });
    assert.deepEqual(run.variables(), { k: 'A', order: { id: 7, paid: 3 }, seen: 3 });
  });
});

describe('signal catch event (BPMN 2.0.2 §13.5.2)', () => {
  itWaits({
    element: (scope) => scope.intermediateCatchEvent('x', { signal: 'sg' }),
    occur: (run) => run.signal('sg'),
    isActivity: false,
  });

  it('catches in every branch that waits, with what the signal brings', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .parallelGateway('fork')
        .intermediateCatchEvent('a', { signal: '=name' })
        .at('fork')
        .intermediateCatchEvent('b', { signal: 'sg' }),
      { variables: { name: 'sg' } },
    );
    assert.equal(run.signal('sg', { v: 1 }), 2);
    assert.equal(run.state.status, 'completed');
    assert.equal(run.variables().v, 1);
  });

  it('misses what was broadcast before', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .intermediateThrowEvent('t', { signal: 'sg' })
        .intermediateCatchEvent('x', { signal: 'sg' }),
    );
    assert.deepEqual(run.sent('broadcastSignal'), [
      { type: 'broadcastSignal', signalName: 'sg', variables: {} },
    ]);
    assert.deepEqual(run.active(), ['x']);
  });
});

describe('timer catch event (BPMN 2.0.2 §13.5.2)', () => {
  itWaits({
    element: (scope) => scope.intermediateCatchEvent('x', { timer: { duration: 'PT1H' } }),
    occur: (run) => run.fireTimer('x'),
    isActivity: false,
  });

  it('is due a duration after the token came, or at a date', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .intermediateCatchEvent('a', { timer: { duration: '=d' } })
        .intermediateCatchEvent('b', { timer: { date: '=at' } }),
      { variables: { d: 'PT90S', at: '2026-03-01T12:00:00+01:00' } },
    );
    assert.equal(run.timer('a').dueAt, START_AT + 90_000);
    run.fireTimer('a');
    assert.equal(run.timer('b').dueAt, Date.UTC(2026, 2, 1, 11));
  });

  it('is due at once when its time has passed', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .intermediateCatchEvent('x', { timer: { date: '2020-01-01T00:00:00Z' } }),
    );
    assert.ok(run.timer('x').dueAt < run.now);
    run.fireTimer('x');
    assert.equal(run.state.status, 'completed');
  });

  const beyond =
    'a duration that ends by \\+275760-09-13T00:00:00Z, the last that a date can hold, but it gave "P';
  for (const [what, value, expected = 'ISO 8601 duration'] of [
    ['null', '=missing'],
    ['a number', '=5'],
    ['text that is no duration', '="soon"'],
    ['a duration beyond the calendar', '="P999999999Y"', beyond],
    ['a duration beyond what a date can hold', '="P999999999W"', beyond],
  ] as const) {
    it(`raises an incident for ${what}; resolving schedules it`, async () => {
      const run = await runOf(
        bpmn('p')
          .startEvent('s')
          .intermediateCatchEvent('x', { timer: { duration: `=if ok then "PT1S" else ${value.slice(1)}` } }),
        { variables: { ok: false } },
      );
      assert.deepEqual(run.incidents(), ['x: invalid-timer']);
      assert.match(run.incidentRow('x').message, new RegExp(`timer of "x".*${expected}`));
      assert.deepEqual(run.timers(), []);
      run.resolveIncident('x');
      assert.deepEqual(run.incidents(), ['x: invalid-timer']);
      run.setVariables({ ok: true });
      run.resolveIncident('x');
      run.fireTimer('x');
      assert.equal(run.state.status, 'completed');
    });
  }
});
