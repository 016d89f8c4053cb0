import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { runOf } from './process-run.js';
import { itWaits } from './wait-state.js';

const message = { name: 'm', correlationKey: '=1' };
const parallel = { attributes: { parallelMultiple: true } };

describe('multiple intermediate catch event (BPMN 2.0.2 §10.5.5)', () => {
  itWaits({
    element: (scope) =>
      scope.intermediateCatchEvent('x', { message, signal: 'sg', timer: { duration: 'PT1H' } }),
    occur: (run) => run.signal('sg'),
    isActivity: false,
  });

  for (const [how, occur] of [
    ['message', (run) => run.message('m', { by: 'message' })],
    ['signal', (run) => run.signal('sg', { by: 'signal' })],
    ['timer', (run) => run.fireTimer('c')],
    ['condition', (run) => run.setVariables({ ready: true })],
  ] as readonly (readonly [string, (run: Awaited<ReturnType<typeof runOf>>) => void])[]) {
    it(`goes on with its ${how} alone`, async () => {
      const run = await runOf(
        bpmn('p')
          .startEvent('s')
          .intermediateCatchEvent('c', {
            message,
            signal: 'sg',
            timer: { duration: 'PT1H' },
            condition: '=ready',
          })
          .endEvent('e'),
      );
      occur(run);
      assert.equal(run.state.status, 'completed');
      assert.equal(run.rows.size, 0);
    });
  }

  it('is waited for behind an event-based gateway', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .eventBasedGateway('g')
        .intermediateCatchEvent('c', { message, signal: 'sg' })
        .endEvent('e')
        .at('g')
        .intermediateCatchEvent('t', { timer: { duration: 'PT1H' } })
        .endEvent('e2'),
    );
    run.signal('sg');
    assert.deepEqual([run.completed('c'), run.completed('e'), run.state.status], [1, 1, 'completed']);
  });
});

describe('parallel multiple intermediate catch event', () => {
  itWaits({
    element: (scope) => scope.intermediateCatchEvent('x', { message, signal: 'sg', ...parallel }),
    occur: (run) => {
      run.signal('sg', { a: 1, b: 1 });
      assert.deepEqual(run.active(), ['x']);
      run.message('m', { b: 2 });
      assert.deepEqual(run.variables(), { a: 1, b: 2 });
    },
    isActivity: false,
  });

  it('survives a restart between its parts', async () => {
    const model = bpmn('p')
      .startEvent('s')
      .intermediateCatchEvent('c', { message, condition: '=ready', timer: { duration: 'PT1H' }, ...parallel })
      .endEvent('e');
    const run = await runOf(model);
    run.fireTimer('c');
    run.setVariables({ ready: true });
    run.setVariables({ ready: false });
    await run.restart(model);
    run.message('m');
    assert.equal(run.state.status, 'completed');
  });
});

describe('multiple boundary events', () => {
  const guarded = (interrupting: boolean, isParallel: boolean) =>
    bpmn('p')
      .startEvent('s')
      .userTask('u')
      .endEvent('e')
      .boundaryEvent('b', {
        attachedTo: 'u',
        interrupting,
        message,
        signal: 'sg',
        ...(isParallel ? parallel : {}),
      })
      .endEvent('be');

  it('interrupt with one of their parts, or with the last of all', async () => {
    const one = await runOf(guarded(true, false));
    one.signal('sg');
    assert.deepEqual([one.canceled('u'), one.state.status], [1, 'completed']);
    const all = await runOf(guarded(true, true));
    all.signal('sg');
    assert.equal(all.signal('sg'), 0, 'Expected a part that has occurred not to be waited for.');
    assert.deepEqual(all.active(), ['u']);
    all.message('m');
    assert.deepEqual([all.canceled('u'), all.state.status, all.rows.size], [1, 'completed', 0]);
  });

  it('that do not interrupt occur again and again', async () => {
    const one = await runOf(guarded(false, false));
    one.signal('sg');
    one.message('m');
    one.signal('sg');
    assert.equal(one.completed('be'), 3);
    const all = await runOf(guarded(false, true));
    for (let round = 1; round <= 2; round++) {
      all.signal('sg', { a: 0 });
      all.signal('sg', { a: round });
      assert.equal(all.completed('be'), round - 1);
      all.message('m');
      assert.equal(all.completed('be'), round);
    }
    assert.deepEqual(all.variables(), { a: 2 });
    all.completeTask('u');
    assert.deepEqual([all.state.status, all.rows.size], ['completed', 0]);
  });

  it('catch errors as one of their parts', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .serviceTask('t', { type: 'x' })
        .endEvent('e')
        .boundaryEvent('b', { attachedTo: 't', signal: 'sg', error: 'E1' })
        .endEvent('be'),
    );
    run.throwError('t', 'E1');
    assert.deepEqual([run.canceled('t'), run.completed('be'), run.rows.size], [1, 1, 0]);
  });
});

describe('multiple start event of an event sub-process', () => {
  for (const isParallel of [false, true]) {
    it(`starts with ${isParallel ? 'all of its parts' : 'any of its parts'}`, async () => {
      const run = await runOf(
        bpmn('p')
          .startEvent('s')
          .userTask('u')
          .endEvent('e')
          .eventSubProcess('esp', (inner) =>
            inner
              .startEvent('es', {
                message,
                signal: 'sg',
                interrupting: false,
                ...(isParallel ? parallel : {}),
              })
              .endEvent('ee'),
          ),
      );
      run.signal('sg');
      assert.equal(run.completed('ee'), isParallel ? 0 : 1);
      run.message('m');
      assert.equal(run.completed('ee'), isParallel ? 1 : 2);
      run.completeTask('u');
      assert.deepEqual([run.state.status, run.rows.size], ['completed', 0]);
    });
  }
});

describe('multiple throw and end events', () => {
  it('throw everything that they have', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .intermediateThrowEvent('t', { message: 'out', publish: { correlationKey: '=1' }, signal: 'sg' })
        .endEvent('e', { signal: 'end', terminate: true }),
    );
    assert.deepEqual(
      run.sent('broadcastSignal').map(({ signalName }) => signalName),
      ['sg', 'end'],
    );
    assert.equal(run.sent('publishMessage').length, 1);
    assert.equal(run.state.status, 'terminated');
  });

  it('wait for the worker of the message that is a job', async () => {
    const run = await runOf(
      bpmn('p').startEvent('s').endEvent('e', { message: 'out', type: 'mail', signal: 'sg' }),
    );
    assert.equal(run.sent('broadcastSignal').length, 1);
    run.completeJob('e');
    assert.equal(run.state.status, 'completed');
  });

  it('throw nothing when one of them cannot be', async () => {
    const run = await runOf(bpmn('p').startEvent('s').endEvent('e', { signal: 'sg', error: '=missing' }));
    assert.deepEqual([run.incidents(), run.sent('broadcastSignal')], [['e: expression-failed'], []]);
  });
});

describe('escalations in multiple events', () => {
  it('are thrown with the rest, and may interrupt what throws them', async () => {
    const model = (interrupting: boolean) =>
      bpmn('p')
        .startEvent('s')
        .subProcess('sub', (inner) =>
          inner
            .startEvent('is')
            .intermediateThrowEvent('t', { escalation: 'late', signal: 'sg' })
            .userTask('u')
            .endEvent('ie'),
        )
        .endEvent('e')
        .boundaryEvent('b', { attachedTo: 'sub', interrupting, signal: 'other', escalation: 'late' })
        .endEvent('be');
    const goesOn = await runOf(model(false));
    assert.deepEqual([goesOn.active(), goesOn.completed('be')], [['u'], 1]);
    const stopped = await runOf(model(true));
    assert.deepEqual(
      [stopped.canceled('t'), stopped.completed('be'), stopped.state.status],
      [1, 1, 'completed'],
    );
    for (const run of [goesOn, stopped]) assert.equal(run.sent('broadcastSignal').length, 1);
  });
});
