import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import type { ScopeBuilder } from '../support/bpmn-builder.js';
import type { NodeOptions } from '../support/bpmn-options.js';
import type { Variables } from '../../src/engine/json.js';
import type { ProcessRun } from './process-run.js';
import { runOf } from './process-run.js';

type Options = NodeOptions & { readonly activeElements?: string; readonly completionCondition?: string };

/** Tasks a, b and d to choose from. */
const three = (inner: ScopeBuilder) =>
  inner.userTask('a').at(undefined).userTask('b').at(undefined).userTask('d');

const process = (options: Options = {}, content: (inner: ScopeBuilder) => ScopeBuilder = three) =>
  bpmn('p').startEvent('s').adHocSubProcess('x', content, options).endEvent('e');

function choose(run: ProcessRun, elementIds: readonly string[], variables: Variables = {}) {
  run.send({ type: 'activateElements', elementInstanceKey: run.keyOf('x'), elementIds, variables });
}

const sequential = { attributes: { ordering: 'Sequential' } };

describe('ad-hoc sub-process (BPMN 2.0.2 §13.3.5)', () => {
  it('waits, visibly, until its performer chooses, and ends when what was chosen has ended', async () => {
    const run = await runOf(process());
    assert.deepEqual(run.active(), ['x']);
    choose(run, ['a', 'd'], { note: 1 });
    assert.deepEqual(run.active(), ['a', 'd']);
    assert.equal(run.state.elementInstances.get(0)?.variables?.note, 1);
    run.completeTask('a');
    choose(run, ['a']);
    run.completeTask('d');
    assert.equal(run.completed('e'), 0);
    run.completeTask('a');
    assert.deepEqual([run.completed('a'), run.completed('x'), run.state.status], [2, 1, 'completed']);
  });

  it('begins with the elements of its collection', async () => {
    const run = await runOf(process({ activeElements: '=todo' }), { variables: { todo: ['b', 'a'] } });
    assert.deepEqual(run.active(), ['a', 'b']);
  });

  it('waits for its performer when its collection is empty', async () => {
    const run = await runOf(process({ activeElements: '=[]' }));
    assert.deepEqual(run.active(), ['x']);
  });

  it('is an incident while its collection names what cannot be chosen', async () => {
    const run = await runOf(process({ activeElements: '=todo' }), { variables: { todo: ['e'] } });
    assert.deepEqual(run.incidents(), ['x: expression-failed']);
    run.rejects(
      { type: 'activateElements', elementInstanceKey: run.keyOf('x'), elementIds: ['a'], variables: {} },
      'invalid-state',
    );
    run.setVariables({ todo: ['a'] });
    run.resolveIncident('x');
    assert.deepEqual(run.active(), ['a']);
  });

  it('follows the sequence flows inside', async () => {
    const run = await runOf(
      process({ activeElements: '=["a"]' }, (inner) => inner.userTask('a').userTask('next')),
    );
    run.completeTask('a');
    assert.deepEqual(run.active(), ['next']);
    run.completeTask('next');
    assert.equal(run.state.status, 'completed');
  });

  it('sequential: one is active at a time, the others wait in the order in which they were chosen', async () => {
    const model = process({ ...sequential, activeElements: '=["d", "a"]' });
    const run = await runOf(model);
    assert.deepEqual(run.active(), ['d']);
    choose(run, ['b']);
    await run.restart(model);
    run.completeTask('d');
    assert.deepEqual(run.active(), ['a']);
    run.completeTask('a');
    assert.deepEqual(run.active(), ['b']);
    run.completeTask('b');
    assert.equal(run.state.status, 'completed');
  });

  /** Tasks a and b, whose tokens meet at a join before c; task d beside them. */
  const joined = (inner: ScopeBuilder) =>
    inner
      .userTask('a')
      .parallelGateway('j')
      .userTask('c')
      .at(undefined)
      .userTask('b')
      .connectTo('j')
      .at(undefined)
      .userTask('d');

  it('sequential: a token that waits for others at a join, or at an activity, is no active activity', async () => {
    const gathering = (inner: ScopeBuilder) =>
      inner
        .userTask('a')
        .userTask('c', { attributes: { startQuantity: 2 } })
        .at(undefined)
        .userTask('b')
        .connectTo('c');
    for (const content of [joined, gathering]) {
      const run = await runOf(process({ ...sequential, activeElements: '=["a", "b"]' }, content));
      run.completeTask('a');
      assert.equal(run.activated('b'), 1);
      run.completeTask('b');
      run.completeTask('c');
      assert.deepEqual([run.completed('c'), run.state.status], [1, 'completed']);
    }
  });

  it('sequential: activities to which several tokens come have their turn one after the other, before what was chosen', async () => {
    const forking = (inner: ScopeBuilder) =>
      inner
        .userTask('a', { attributes: { completionQuantity: 2 } })
        .userTask('b')
        .at('a')
        .userTask('c')
        .at(undefined)
        .userTask('d');
    const model = process({ ...sequential, activeElements: '=["a", "d"]' }, forking);
    const run = await runOf(model);
    run.completeTask('a');
    for (const next of ['b', 'b', 'c', 'c', 'd']) {
      assert.deepEqual(
        [...run.rows.userTasks.values()].map(({ elementId }) => elementId),
        [next],
      );
      run.send({ type: 'suspendProcessInstance' });
      await run.restart(model);
      run.send({ type: 'resumeProcessInstance' });
      run.completeTask(next);
    }
    assert.equal(run.state.status, 'completed');
  });

  it('begins all that was chosen when it is migrated to one that is not sequential', async () => {
    const run = await runOf(process({ ...sequential, activeElements: '=["d", "a", "b"]' }));
    assert.equal(run.rows.userTasks.size, 1);
    const migrated = await run.migrate(process({ activeElements: '=["d", "a", "b"]' }), {});
    assert.ok(migrated.ok);
    assert.deepEqual(run.active(), ['a', 'b', 'd']);
  });

  describe('with a completion condition', () => {
    const until = { activeElements: '=["a", "b"]', completionCondition: '=enough' };
    const start = { variables: { enough: false } };

    it('goes on until it is true, waiting for its performer where nothing is active', async () => {
      const run = await runOf(process(until), start);
      run.completeTask('a');
      run.completeTask('b');
      assert.deepEqual(run.active(), ['x']);
      choose(run, ['d']);
      run.completeTask('d', { enough: true });
      assert.equal(run.state.status, 'completed');
    });

    it('cancels what is still active when it is true, and takes no flow any more', async () => {
      const run = await runOf(
        process(until, (inner) => inner.userTask('a').userTask('next').at(undefined).userTask('b')),
        start,
      );
      run.completeTask('a', { enough: true });
      assert.deepEqual([run.canceled('b'), run.activated('next'), run.state.status], [1, 0, 'completed']);
    });

    it('or waits for it, when cancelRemainingInstances is false; nothing further begins', async () => {
      const model = process({ ...until, attributes: { cancelRemainingInstances: false } }, (inner) =>
        inner.userTask('a').at(undefined).userTask('b').userTask('next'),
      );
      const run = await runOf(model, start);
      run.completeTask('a', { enough: true });
      assert.deepEqual(run.active(), ['b']);
      run.rejects(
        { type: 'activateElements', elementInstanceKey: run.keyOf('x'), elementIds: ['a'], variables: {} },
        'invalid-state',
        /ending/,
      );
      run.completeTask('b', { enough: false });
      assert.deepEqual([run.activated('next'), run.state.status], [0, 'completed']);
    });

    it('does not wait for tokens that wait for others, which cannot come any more', async () => {
      const options = { ...until, attributes: { cancelRemainingInstances: false } };
      const atJoin = await runOf(process({ ...options, activeElements: '=["a", "d"]' }, joined), start);
      atJoin.completeTask('a');
      atJoin.completeTask('d', { enough: true });
      assert.deepEqual([atJoin.canceled('j'), atJoin.state.status], [1, 'completed']);

      const active = await runOf(process({ ...options, activeElements: '=["a", "b", "d"]' }, joined), start);
      active.completeTask('a');
      active.completeTask('d', { enough: true });
      assert.deepEqual(active.active(), ['b', 'j']);
      active.completeTask('b');
      assert.deepEqual([active.activated('c'), active.state.status], [0, 'completed']);
    });

    it('is an incident at the activity while it says neither yes nor no', async () => {
      const run = await runOf(process(until));
      run.completeTask('a');
      assert.deepEqual(run.incidents(), ['a: expression-failed']);
      run.setVariables({ enough: true });
      run.resolveIncident('a');
      assert.equal(run.state.status, 'completed');
    });
  });

  it('is interrupted by its boundary event, and canceled with its instance', async () => {
    const model = process({ activeElements: '=["a"]' })
      .boundaryEvent('late', { attachedTo: 'x', signal: 'stop' })
      .endEvent('stopped');
    const run = await runOf(model);
    run.signal('stop');
    assert.deepEqual([run.canceled('a'), run.completed('stopped'), run.rows.size], [1, 1, 0]);
    const canceled = await runOf(model);
    canceled.cancel();
    assert.deepEqual([canceled.canceled('x'), canceled.rows.size], [1, 0]);
  });

  it('survives a restart while it waits for its performer', async () => {
    const model = process();
    const run = await runOf(model);
    await run.restart(model);
    choose(run, ['a']);
    run.completeTask('a');
    assert.equal(run.state.status, 'completed');
  });

  it('takes elements only while it is open, and only those that nothing inside leads to', async () => {
    const run = await runOf(process({}, (inner) => inner.userTask('a').userTask('next')));
    const elementInstanceKey = run.keyOf('x');
    const command = { type: 'activateElements', elementInstanceKey, variables: {} } as const;
    run.rejects({ ...command, elementIds: ['a', 'next'] }, 'invalid-argument', /"next"/);
    run.rejects({ ...command, elementIds: ['a'], elementInstanceKey: 99 }, 'not-found');
    run.rejects({ ...command, elementIds: ['a'], elementInstanceKey: 0 }, 'invalid-state');
    choose(run, ['a']);
    run.completeTask('a');
    run.completeTask('next');
    run.rejects({ ...command, elementIds: ['a'] }, 'invalid-state');
  });

  it('goes on waiting when an event sub-process inside has run beside it', async () => {
    const run = await runOf(
      process({}, (inner) =>
        inner
          .userTask('a')
          .at(undefined)
          .subProcess(
            'note',
            (note) => note.startEvent('ns', { interrupting: false, signal: 'note' }).endEvent('ne'),
            { attributes: { triggeredByEvent: true } },
          ),
      ),
    );
    run.signal('note');
    assert.deepEqual([run.completed('ne'), run.active()], [1, ['x']]);
    choose(run, ['a']);
    run.completeTask('a');
    assert.equal(run.state.status, 'completed');
  });
});
