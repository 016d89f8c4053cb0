import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import type { ScopeBuilder } from '../support/bpmn-builder.js';
import { runOf } from './process-run.js';

/** Tasks that pass at once, each with a handler `u_` that is a job. */
function tasks<Scope extends ScopeBuilder>(scope: Scope, ...ids: readonly string[]): Scope {
  for (const id of ids) scope.task(id).compensatedBy(`u_${id}`);
  return scope;
}

describe('compensation (BPMN 2.0.2 §13.5.5)', () => {
  it('runs the handlers in reverse order of completion, one after the other, and waits', async () => {
    const model = tasks(bpmn('p').startEvent('s'), 'a', 'b', 'c')
      .intermediateThrowEvent('th', { compensate: true })
      .endEvent('e');
    const run = await runOf(model);
    for (const id of ['c', 'b', 'a']) {
      assert.deepEqual(
        run.jobs().map(({ elementId }) => elementId),
        [`u_${id}`],
      );
      assert.equal(run.completed('th'), 0);
      await run.restart(model);
      run.completeJob(`u_${id}`, { [`undone_${id}`]: true });
    }
    assert.deepEqual([run.completed('th'), run.completed('e')], [1, 1]);
    assert.deepEqual(run.variables(), { undone_a: true, undone_b: true, undone_c: true });
    assert.equal(run.state.status, 'completed');
  });

  it('does not run without a throw, nor twice', async () => {
    const calm = await runOf(tasks(bpmn('p').startEvent('s'), 'a').endEvent('e'));
    assert.deepEqual([calm.activated('u_a'), calm.state.status], [0, 'completed']);
    const twice = await runOf(
      tasks(bpmn('p').startEvent('s'), 'a')
        .intermediateThrowEvent('t1', { compensate: true })
        .endEvent('t2', { compensate: true }),
    );
    twice.completeJob('u_a');
    assert.deepEqual([twice.activated('u_a'), twice.completed('t2')], [1, 1]);
    assert.equal(twice.state.status, 'completed');
  });

  it('compensates one activity, as often as it completed, and leaves the others', async () => {
    const model = bpmn('p')
      .startEvent('s')
      .exclusiveGateway('again')
      .task('a')
      .compensatedBy('u_a')
      .task('b')
      .compensatedBy('u_b')
      .scriptTask('count', { expression: '=n + 1', resultVariable: 'n' })
      .exclusiveGateway('g')
      .when('=n < 2')
      .connectTo('again')
      .otherwise()
      .intermediateThrowEvent('th', { compensate: { activityRef: 'a' } })
      .endEvent('e', { compensate: true });
    const run = await runOf(model, { variables: { n: 0 } });
    run.completeJob('u_a');
    assert.equal(run.completed('th'), 0);
    run.completeJob('u_a');
    assert.equal(run.completed('th'), 1);
    run.completeJob('u_b');
    run.completeJob('u_b');
    assert.equal(run.state.status, 'completed');
  });

  it('does not compensate what has not completed, or was canceled', async () => {
    const model = bpmn('p')
      .startEvent('s')
      .parallelGateway('g')
      .userTask('a')
      .compensatedBy('u_a')
      .at('g')
      .userTask('b')
      .compensatedBy('u_b')
      .boundaryEvent('late', { attachedTo: 'b', signal: 'stop' })
      .endEvent('stopped')
      .at('g')
      .userTask('w')
      .endEvent('e', { compensate: true });
    const run = await runOf(model);
    run.signal('stop');
    run.completeTask('w');
    assert.deepEqual([run.completed('e'), run.activated('u_a'), run.activated('u_b')], [1, 0, 0]);
    assert.deepEqual(run.active(), ['a']);
  });

  it('goes on at once where it does not wait; the scope waits', async () => {
    const model = bpmn('p')
      .startEvent('s')
      .subProcess('sub', (inner) =>
        tasks(inner.startEvent('i'), 'a', 'b').endEvent('th', {
          compensate: { waitForCompletion: false },
        }),
      )
      .endEvent('e');
    const run = await runOf(model);
    assert.equal(run.completed('th'), 1);
    assert.deepEqual(run.active(), ['u_b']);
    run.completeJob('u_b');
    assert.deepEqual(run.active(), ['u_a']);
    run.completeJob('u_a');
    assert.deepEqual([run.completed('sub'), run.state.status], [1, 'completed']);
  });

  it('asked for twice without waiting goes on one handler after the other', async () => {
    const model = tasks(bpmn('p').startEvent('s'), 'a')
      .intermediateThrowEvent('t1', { compensate: { waitForCompletion: false } })
      .task('b')
      .compensatedBy('u_b')
      .intermediateThrowEvent('t2', { compensate: { waitForCompletion: false } })
      .endEvent('e');
    const run = await runOf(model);
    assert.deepEqual([run.completed('e'), run.active()], [1, ['u_a']]);
    run.completeJob('u_a');
    run.completeJob('u_b');
    assert.equal(run.state.status, 'completed');
  });

  describe('of a sub-process', () => {
    const sub = (scope: ScopeBuilder) =>
      tasks(scope.startEvent('i').scriptTask('w', { expression: '=1', resultVariable: 'x' }), 'a', 'b');
    const model = bpmn('p')
      .startEvent('s')
      .subProcess('sub', sub, { inputs: { x: '=0', mine: '="kept"' } })
      .userTask('w2')
      .intermediateThrowEvent('th', { compensate: true })
      .endEvent('e');

    it('runs the handlers inside in reverse order, with its variables as they were', async () => {
      const run = await runOf(model);
      run.completeTask('w2');
      assert.deepEqual(run.visibleAt('u_b'), { x: 1, mine: 'kept' });
      run.completeJob('u_b', { x: 2 });
      await run.restart(model);
      assert.deepEqual(run.visibleAt('u_a'), { x: 2, mine: 'kept' });
      run.completeJob('u_a', { y: 3 });
      assert.deepEqual([run.completed('sub'), run.completed('e')], [1, 1]);
      assert.deepEqual(run.variables(), { y: 3 });
      assert.equal(run.state.status, 'completed');
    });

    it('is canceled with its instance', async () => {
      const run = await runOf(model);
      run.completeTask('w2');
      run.cancel();
      assert.deepEqual([run.canceled('u_b'), run.canceled('sub'), run.rows.size], [1, 0, 0]);
    });

    it('reaches several levels down, in reverse order throughout', async () => {
      const deep = bpmn('p')
        .startEvent('s')
        .subProcess('o', (outer) =>
          tasks(outer.startEvent('os'), 'a')
            .subProcess('m', (middle) => tasks(middle.startEvent('ms'), 'b', 'c'))
            .task('d')
            .compensatedBy('u_d'),
        )
        .task('f')
        .compensatedBy('u_f')
        .endEvent('e', { compensate: true });
      const run = await runOf(deep);
      for (const id of ['f', 'd', 'c', 'b', 'a']) run.completeJob(`u_${id}`);
      assert.equal(run.state.status, 'completed');
    });

    it('with a handler of its own is done by that alone', async () => {
      const handled = bpmn('p')
        .startEvent('s')
        .subProcess('sub', sub)
        .compensatedBy('u_sub')
        .endEvent('e', { compensate: { activityRef: 'sub' } });
      const run = await runOf(handled);
      run.completeJob('u_sub');
      assert.deepEqual([run.activated('u_a'), run.state.status], [0, 'completed']);
    });

    it('with a compensation event sub-process is done by that, which may compensate what is inside', async () => {
      const handled = (compensates: boolean) =>
        bpmn('p')
          .startEvent('s')
          .subProcess(
            'sub',
            (inner) =>
              tasks(inner.startEvent('i'), 'a', 'b').eventSubProcess('ces', (es) => {
                es.startEvent('cs', { compensate: true }).serviceTask('first', { type: 'first' });
                return compensates ? es.endEvent('ce', { compensate: { activityRef: 'a' } }) : es;
              }),
            { inputs: { x: '=7' } },
          )
          .endEvent('e', { compensate: true });
      const alone = await runOf(handled(false));
      assert.deepEqual(alone.visibleAt('first'), { x: 7 });
      alone.completeJob('first');
      assert.deepEqual([alone.activated('u_a'), alone.state.status], [0, 'completed']);
      const further = await runOf(handled(true));
      await further.restart(handled(true));
      further.completeJob('first');
      further.completeJob('u_a');
      assert.deepEqual([further.activated('u_b'), further.state.status], [0, 'completed']);
      assert.equal(further.completed('ces'), 1);
    });
  });

  it('thrown in an event sub-process reaches the scope around it', async () => {
    const model = tasks(bpmn('p').startEvent('s'), 'a', 'b')
      .userTask('w')
      .eventSubProcess('es', (es) =>
        tasks(es.startEvent('ess', { signal: 'sg' }), 'c').endEvent('ee', { compensate: true }),
      );
    const run = await runOf(model);
    run.signal('sg');
    for (const id of ['c', 'b', 'a']) run.completeJob(`u_${id}`);
    assert.deepEqual([run.canceled('w'), run.completed('es'), run.state.status], [1, 1, 'completed']);
  });

  it('in an event sub-process that an error starts undoes what was done before', async () => {
    const model = bpmn('p')
      .startEvent('s')
      .subProcess('sub', (inner) =>
        tasks(inner.startEvent('i'), 'a')
          .serviceTask('fails', { type: 'x' })
          .eventSubProcess('es', (es) =>
            es
              .startEvent('ess', { error: true })
              .intermediateThrowEvent('th', { compensate: true })
              .endEvent('again', { error: 'given-up' }),
          ),
      )
      .boundaryEvent('b', { attachedTo: 'sub', error: 'given-up' })
      .endEvent('be');
    const run = await runOf(model);
    run.throwError('fails', '42');
    assert.deepEqual(run.active(), ['th', 'u_a']);
    run.completeJob('u_a');
    assert.deepEqual([run.completed('be'), run.canceled('sub'), run.state.status], [1, 1, 'completed']);
  });

  for (const sequential of [true, false]) {
    it(`of a ${sequential ? 'sequential' : 'parallel'} multi-instance activity undoes each that completed`, async () => {
      const loop = `<bpmn:multiInstanceLoopCharacteristics isSequential="${sequential}"><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="=[10,20]" inputElement="item" /></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>`;
      const model = bpmn('p')
        .startEvent('s')
        .serviceTask('a', { type: 'a', content: [loop] })
        .compensatedBy('u_a')
        .endEvent('e', { compensate: { activityRef: 'a' } });
      const run = await runOf(model);
      run.completeJob('a');
      run.completeJob('a');
      assert.equal(run.visibleAt('u_a').item, 20);
      run.completeJob('u_a');
      assert.equal(run.visibleAt('u_a').item, 10);
      run.completeJob('u_a');
      assert.equal(run.state.status, 'completed');
    });
  }

  it('inside a multi-instance sub-process undoes what its own iteration has done', async () => {
    const loop = `<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="=[10,20]" inputElement="item" /></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>`;
    const model = bpmn('p')
      .startEvent('s')
      .subProcess(
        'sub',
        (inner) => tasks(inner.startEvent('i'), 'a').userTask('w').endEvent('ie', { compensate: true }),
        { content: [loop] },
      )
      .endEvent('e', { compensate: true });
    const run = await runOf(model);
    run.completeTask('w', {}, 1);
    assert.deepEqual(
      run.jobs().map(({ elementId }) => elementId),
      ['u_a'],
    );
    assert.equal(run.visibleAt('u_a').item, 20);
    run.completeJob('u_a');
    run.completeTask('w');
    run.completeJob('u_a');
    assert.equal(run.state.status, 'completed');
  });

  it('of a completed multi-instance sub-process undoes each iteration, the last first', async () => {
    const loop = `<bpmn:multiInstanceLoopCharacteristics isSequential="true"><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="=[10,20]" inputElement="item" /></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>`;
    const model = bpmn('p')
      .startEvent('s')
      .subProcess('sub', (inner) => tasks(inner.startEvent('i'), 'a', 'b'), { content: [loop] })
      .endEvent('e', { compensate: true });
    const run = await runOf(model);
    const seen: unknown[] = [];
    for (const id of ['u_b', 'u_a', 'u_b', 'u_a']) {
      seen.push([id, run.visibleAt(id).item]);
      run.completeJob(id);
    }
    assert.deepEqual(seen, [
      ['u_b', 20],
      ['u_a', 20],
      ['u_b', 10],
      ['u_a', 10],
    ]);
    assert.equal(run.state.status, 'completed');
  });

  it('by a sub-process or a call activity waits for these', async () => {
    const model = bpmn('p')
      .startEvent('s')
      .callActivity('a', { processId: 'q' })
      .compensatedBy('u_a', (scope, id, options) => scope.callActivity(id, { processId: 'undo', ...options }))
      .task('b')
      .compensatedBy('u_b', (scope, id, options) =>
        scope.subProcess(id, (inner) => inner.startEvent('us').userTask('ut').endEvent('ue'), options),
      )
      .intermediateThrowEvent('th', { compensate: true })
      .endEvent('e');
    const run = await runOf(model);
    run.endCall('a', { kind: 'completed', variables: {} });
    run.completeTask('ut');
    assert.equal(run.completed('u_b'), 1);
    run.endCall('u_a', { kind: 'completed', variables: {} });
    assert.deepEqual([run.completed('th'), run.state.status], [1, 'completed']);
  });

  it('a called process that has completed is not looked into', async () => {
    const run = await runOf(
      bpmn('p').startEvent('s').callActivity('c', { processId: 'q' }).endEvent('e', { compensate: true }),
    );
    run.endCall('c', { kind: 'completed', variables: {} });
    assert.equal(run.state.status, 'completed');
  });

  describe('trouble in a handler', () => {
    it('that is an error goes outwards; nothing around the completed sub-process catches it but its scope', async () => {
      const model = bpmn('p')
        .startEvent('s')
        .subProcess('o', (outer) =>
          outer
            .startEvent('os')
            .subProcess('sub', (inner) => tasks(inner.startEvent('i'), 'a', 'b'))
            .boundaryEvent('wrong', { attachedTo: 'sub', error: true })
            .endEvent('never')
            .at('sub')
            .endEvent('oe', { compensate: true }),
        )
        .boundaryEvent('right', { attachedTo: 'o', error: true })
        .endEvent('caught');
      const run = await runOf(model);
      run.throwError('u_b', '42');
      assert.deepEqual([run.completed('caught'), run.activated('never'), run.activated('u_a')], [1, 0, 0]);
      assert.equal(run.canceled('sub'), 0);
      assert.equal(run.state.status, 'completed');
    });

    it('that nothing catches is an incident at its job', async () => {
      const run = await runOf(tasks(bpmn('p').startEvent('s'), 'a').endEvent('e', { compensate: true }));
      run.throwError('u_a', '42');
      assert.deepEqual(run.incidents(), ['u_a: uncaught-error']);
      run.resolveIncident('u_a');
      run.completeJob('u_a');
      assert.equal(run.state.status, 'completed');
    });

    it('that its own boundary event catches ends the handler: compensation goes on', async () => {
      const model = tasks(bpmn('p').startEvent('s'), 'a', 'b')
        .endEvent('e', { compensate: true })
        .boundaryEvent('bb', { attachedTo: 'u_b', error: true })
        .userTask('after');
      const run = await runOf(model);
      run.throwError('u_b', '42');
      assert.deepEqual(run.active(), ['after', 'e', 'u_a']);
      run.completeJob('u_a');
      run.completeTask('after');
      assert.equal(run.state.status, 'completed');
    });

    it('a terminate end event beside it ends handlers and throw', async () => {
      const model = bpmn('p')
        .startEvent('s')
        .subProcess('sub', (inner) =>
          tasks(inner.startEvent('i'), 'a')
            .parallelGateway('g')
            .endEvent('th', { compensate: true })
            .at('g')
            .userTask('w')
            .endEvent('te', { terminate: true }),
        )
        .endEvent('e');
      const run = await runOf(model);
      run.completeTask('w');
      assert.deepEqual([run.canceled('u_a'), run.canceled('th'), run.completed('e')], [1, 1, 1]);
      assert.equal(run.rows.size, 0);
    });
  });

  it('is forgotten where a scope is interrupted while it goes on without a throw event', async () => {
    const model = tasks(bpmn('p').startEvent('s'), 'a', 'b')
      .intermediateThrowEvent('th', { compensate: { waitForCompletion: false } })
      .userTask('w')
      .eventSubProcess('es', (es) =>
        tasks(es.startEvent('ess', { signal: 'sg' }), 'c').endEvent('ee', {
          compensate: { waitForCompletion: false },
        }),
      );
    const run = await runOf(model);
    run.signal('sg');
    assert.deepEqual([run.canceled('u_b'), run.active()], [1, ['u_c']]);
    run.completeJob('u_c');
    assert.equal(run.state.status, 'completed');
  });

  it('goes on where a handler is taken away by hand, in a completed sub-process too', async () => {
    const cancel = (elementId: string) =>
      ({ type: 'modifyProcessInstance', activate: [], cancel: [{ elementId }], move: [] }) as const;
    const model = tasks(bpmn('p').startEvent('s'), 'a')
      .subProcess('sub', (inner) => tasks(inner.startEvent('i'), 'b', 'c'))
      .endEvent('e', { compensate: true });
    const run = await runOf(model);
    run.send(cancel('u_c'));
    assert.deepEqual(run.active(), ['e', 'u_b']);
    run.send(cancel('u_b'));
    assert.deepEqual(run.active(), ['e', 'u_a']);
    run.completeJob('u_a');
    assert.equal(run.state.status, 'completed');
  });

  it('waits while its instance is suspended', async () => {
    const run = await runOf(tasks(bpmn('p').startEvent('s'), 'a', 'b').endEvent('e', { compensate: true }));
    run.send({ type: 'suspendProcessInstance' });
    run.completeJob('u_b');
    assert.equal(run.jobs('u_a').length, 0);
    run.send({ type: 'resumeProcessInstance' });
    run.completeJob('u_a');
    assert.equal(run.state.status, 'completed');
  });
});
