import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { START_AT, runOf } from './process-run.js';

const HOUR_MS = 3_600_000;

describe('boundary event (BPMN 2.0.2 §13.5.3)', () => {
  const several = bpmn('p')
    .startEvent('s')
    .userTask('a')
    .endEvent('e')
    .boundaryEvent('t', { attachedTo: 'a', timer: { duration: 'PT1H' } })
    .endEvent('et')
    .boundaryEvent('m', { attachedTo: 'a', message: { name: 'm', correlationKey: '=k' } })
    .endEvent('em')
    .boundaryEvent('sg', { attachedTo: 'a', signal: 'sg' })
    .endEvent('es')
    .boundaryEvent('er', { attachedTo: 'a', error: '42' })
    .endEvent('ee');
  const start = { variables: { k: 1 } };

  for (const [id, end] of [
    ['t', 'et'],
    ['m', 'em'],
    ['sg', 'es'],
    ['er', 'ee'],
  ] as const) {
    it(`of several, the one that occurs first interrupts and closes the others: ${id}`, async () => {
      const run = await runOf(several, start);
      assert.equal(run.rows.size, 4);
      if (id === 't') run.fireTimer('t');
      if (id === 'm') run.message('m', { v: 1 });
      if (id === 'sg') run.signal('sg', { v: 1 });
      if (id === 'er') run.throwError('a', '42', { v: 1 });
      assert.deepEqual([run.canceled('a'), run.completed(id), run.completed(end)], [1, 1, 1]);
      assert.deepEqual(run.variables(), id === 't' ? { k: 1 } : { k: 1, v: 1 });
      assert.equal(run.state.status, 'completed');
      assert.equal(run.rows.size, 0);
    });
  }

  it('is gone when its activity has completed', async () => {
    const run = await runOf(several, start);
    const { elementInstanceKey, timerKey } = run.timer('t');
    run.completeTask('a');
    assert.deepEqual([run.completed('e'), run.completed('et')], [1, 0]);
    assert.equal(run.rows.size, 0);
    run.rejects(
      { type: 'triggerTimer', elementInstanceKey, waitKey: timerKey },
      'invalid-state',
      /it is completed/,
    );
  });

  it('that does not interrupt takes every message and signal, and leaves the activity', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .userTask('a')
        .endEvent('e')
        .boundaryEvent('m', {
          attachedTo: 'a',
          interrupting: false,
          message: { name: 'm', correlationKey: '=k' },
        })
        .userTask('um')
        .boundaryEvent('sg', { attachedTo: 'a', interrupting: false, signal: 'sg' })
        .endEvent('es'),
      start,
    );
    run.message('m');
    run.message('m');
    run.signal('sg');
    run.signal('sg');
    assert.deepEqual(run.active(), ['a', 'um', 'um']);
    assert.deepEqual([run.completed('m'), run.completed('sg'), run.completed('es')], [2, 2, 2]);
    run.completeTask('a');
    assert.deepEqual(run.active(), ['um', 'um']);
    assert.equal(run.rows.messageSubscriptions.size, 0);
    run.completeTask('um');
    run.completeTask('um');
    assert.equal(run.state.status, 'completed');
  });

  it('that does not interrupt fires once for a duration', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .userTask('a')
        .endEvent('e')
        .boundaryEvent('t', { attachedTo: 'a', interrupting: false, timer: { duration: 'PT1H' } })
        .endEvent('et'),
    );
    run.fireTimer('t');
    assert.deepEqual(run.timers(), []);
    assert.deepEqual(run.active(), ['a']);
  });

  describe('with a cycle', () => {
    const cycle = (value: string) =>
      bpmn('p')
        .startEvent('s')
        .userTask('a')
        .endEvent('e')
        .boundaryEvent('t', { attachedTo: 'a', interrupting: false, timer: { cycle: value } })
        .endEvent('et');

    it('fires three times for R3 and no more, on its rhythm however late it is served', async () => {
      const run = await runOf(cycle('R3/PT1H'));
      assert.deepEqual(
        run.timers().map(({ dueAt, repetitionsLeft }) => [dueAt, repetitionsLeft]),
        [[START_AT + HOUR_MS, 2]],
      );
      run.now = START_AT + HOUR_MS + 1234;
      run.fireTimer('t');
      assert.deepEqual(
        run.timers().map(({ dueAt, repetitionsLeft }) => [dueAt, repetitionsLeft]),
        [[START_AT + 2 * HOUR_MS, 1]],
      );
      run.now = START_AT + 5.5 * HOUR_MS;
      run.fireTimer('t');
      assert.deepEqual(
        run.timers().map(({ dueAt, repetitionsLeft }) => [dueAt, repetitionsLeft]),
        [[START_AT + 6 * HOUR_MS, 0]],
        'missed ticks are made up by one',
      );
      run.fireTimer('t');
      assert.deepEqual(run.timers(), []);
      assert.deepEqual([run.completed('t'), run.completed('et')], [3, 3]);
      run.completeTask('a');
      assert.equal(run.state.status, 'completed');
    });

    it('never fires for R0', async () => {
      const run = await runOf(cycle('R0/PT1H'));
      assert.deepEqual(run.timers(), []);
      run.completeTask('a');
      assert.equal(run.state.status, 'completed');
    });

    it('fires until its end and not after it', async () => {
      const run = await runOf(cycle('R/PT1H/2026-01-01T02:30:00Z'));
      run.fireTimer('t');
      run.fireTimer('t');
      assert.deepEqual(run.timers(), []);
      assert.equal(run.completed('t'), 2);
    });

    it('fires first at its start', async () => {
      const run = await runOf(cycle('R2/2026-01-31T00:00:00Z/P1M'));
      assert.equal(run.timer('t').dueAt, Date.UTC(2026, 0, 31));
      run.fireTimer('t');
      assert.equal(run.timer('t').dueAt, Date.UTC(2026, 1, 28));
    });

    it('keeps the day of the month behind a short month', async () => {
      const run = await runOf(cycle('R/2026-01-31T00:00:00Z/P1M'));
      const due = [0, 1, 2, 3].map(() => {
        const { dueAt } = run.timer('t');
        run.fireTimer('t');
        return new Date(dueAt).toISOString().slice(0, 10);
      });
      assert.deepEqual(due, ['2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30']);
    });

    it('fires early by hand without shifting its rhythm', async () => {
      const run = await runOf(cycle('R/PT1H'));
      const { elementInstanceKey, timerKey } = run.timer('t');
      run.send({ type: 'triggerTimer', elementInstanceKey, waitKey: timerKey });
      assert.equal(run.timer('t').dueAt, START_AT + 2 * HOUR_MS);
    });

    it('goes once when it interrupts', async () => {
      const run = await runOf(
        bpmn('p')
          .startEvent('s')
          .userTask('a')
          .boundaryEvent('t', { attachedTo: 'a', interrupting: false, timer: { cycle: 'R/PT1H' } })
          .endEvent('et', { error: 'boom' }),
      );
      run.fireTimer('t');
      assert.equal(run.state.status, 'terminated');
    });
  });

  it('opens all waits of an activity or none', async () => {
    const run = await runOf(several);
    assert.deepEqual(run.incidents(), ['a: expression-failed']);
    assert.equal(run.rows.size, 1);
    run.setVariables({ k: 2 });
    run.resolveIncident('a');
    assert.equal(run.rows.size, 4);
  });

  it('catches for an activity that has an incident, which ends with it', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .serviceTask('a', { type: '=missing' })
        .boundaryEvent('t', { attachedTo: 'a', timer: { duration: 'PT1H' } })
        .endEvent('et'),
    );
    assert.deepEqual(run.incidents(), ['a: expression-failed']);
    run.fireTimer('t');
    assert.deepEqual(run.incidents(), []);
    assert.equal(run.state.status, 'completed');
  });

  it('that has fired is not armed again when an incident of its activity is resolved', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .serviceTask('a', { type: '=jobType', inputs: { local: '=n' } })
        .boundaryEvent('t', { attachedTo: 'a', interrupting: false, timer: { duration: 'PT1H' } })
        .endEvent('et'),
      { variables: { n: 1 } },
    );
    run.fireTimer('t');
    run.resolveIncident('a');
    assert.deepEqual(run.timers(), []);
    assert.deepEqual(run.incidents(), ['a: expression-failed']);
    run.setVariables({ jobType: 'work', n: 2 });
    run.resolveIncident('a');
    assert.deepEqual(run.localOf('a'), { local: 2 });
    run.completeJob('a');
    assert.deepEqual([run.completed('t'), run.state.status], [1, 'completed']);
  });

  it('on a sub-process cancels everything inside, a called instance included', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .subProcess('sub', (outer) =>
          outer
            .startEvent('s1')
            .parallelGateway('fork')
            .subProcess('deep', (inner) => inner.startEvent('s2').userTask('u'))
            .at('fork')
            .callActivity('call', { processId: 'q' })
            .at('fork')
            .serviceTask('job', { type: 'work' }),
        )
        .boundaryEvent('b', { attachedTo: 'sub', signal: 'stop' })
        .endEvent('e'),
    );
    assert.deepEqual(run.active(), ['call', 'job', 'u']);
    run.signal('stop');
    for (const id of ['sub', 'deep', 'u', 'call', 'job']) assert.equal(run.canceled(id), 1, id);
    assert.equal(run.sent('cancelCalledInstance').length, 1);
    assert.equal(run.state.status, 'completed');
  });
});
