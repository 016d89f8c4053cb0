import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { START_AT, runOf } from './process-run.js';

const MONDAY = Date.parse('2026-01-05T09:00:00Z');
const DAY_MS = 86_400_000;

describe('timer by cron expression', () => {
  it('of an intermediate catch event waits for its first tick', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .intermediateCatchEvent('c', { timer: { cycle: '0 0 9 * * MON' } })
        .endEvent('e'),
    );
    assert.equal(run.timer('c').dueAt, MONDAY);
    run.fireTimer('c');
    assert.equal(run.state.status, 'completed');
    assert.equal(run.rows.size, 0);
  });

  it('of a boundary event that does not interrupt ticks again and again, without drift', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .userTask('u')
        .endEvent('e')
        .boundaryEvent('b', { attachedTo: 'u', interrupting: false, timer: { cycle: '=rhythm' } })
        .endEvent('reminded'),
      { variables: { rhythm: '0 0 9 * * ?' } },
    );
    run.now = START_AT + 9 * 3_600_000 + 5_000;
    run.fireTimer('b');
    assert.equal(run.timer('b').dueAt, START_AT + DAY_MS + 9 * 3_600_000);
    run.now += 10 * DAY_MS;
    run.fireTimer('b');
    assert.equal(run.timer('b').dueAt, START_AT + 11 * DAY_MS + 9 * 3_600_000);
    assert.equal(run.completed('reminded'), 2);
    run.completeTask('u');
    assert.equal(run.rows.size, 0);
  });

  it('of an interrupting boundary event interrupts with its first tick', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .userTask('u')
        .endEvent('e')
        .boundaryEvent('b', { attachedTo: 'u', timer: { cycle: '@daily' } })
        .endEvent('late'),
    );
    run.fireTimer('b');
    assert.deepEqual([run.canceled('u'), run.completed('late'), run.state.status], [1, 1, 'completed']);
  });

  for (const cycle of ['R0/PT1H', '0 0 9 30 2 ?', 'whenever']) {
    it(`raises an incident for ${cycle}, which never ticks, where a token would wait for it`, async () => {
      const run = await runOf(
        bpmn('p')
          .startEvent('s')
          .intermediateCatchEvent('c', { timer: { cycle: '=rhythm' } })
          .endEvent('e'),
        { variables: { rhythm: cycle } },
      );
      assert.deepEqual(run.incidents(), ['c: invalid-timer']);
      run.setVariables({ rhythm: 'R1/PT1H' });
      run.resolveIncident('c');
      run.fireTimer('c');
      assert.equal(run.state.status, 'completed');
    });
  }

  it('waits for dates that are far away', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .intermediateCatchEvent('c', { timer: { date: '9999-12-31T23:59:59Z' } })
        .endEvent('e'),
    );
    assert.equal(run.timer('c').dueAt, Date.parse('9999-12-31T23:59:59Z'));
  });
});
