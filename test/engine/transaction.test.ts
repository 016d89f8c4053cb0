import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import type { ProcessBuilder, ScopeBuilder } from '../support/bpmn-builder.js';
import { runOf } from './process-run.js';

function tasks<Scope extends ScopeBuilder>(scope: Scope, ...ids: readonly string[]): Scope {
  for (const id of ids) scope.task(id).compensatedBy(`u_${id}`);
  return scope;
}

/** Around a content that ends at `cancel`; flows on to `e`, or behind the cancel boundary event to `ce`. */
const transaction = (content: (inner: ScopeBuilder) => ScopeBuilder): ProcessBuilder =>
  bpmn('p')
    .startEvent('s')
    .transaction('tx', content)
    .endEvent('e')
    .boundaryEvent('cb', { attachedTo: 'tx', cancel: true })
    .endEvent('ce')
    .boundaryEvent('eb', { attachedTo: 'tx', error: true })
    .endEvent('ee')
    .boundaryEvent('sb', { attachedTo: 'tx', signal: 'stop' })
    .endEvent('se');

const chosen = transaction((inner) =>
  tasks(inner.startEvent('i'), 'a', 'b')
    .parallelGateway('g')
    .userTask('other')
    .at('g')
    .userTask('u')
    .exclusiveGateway('x')
    .when('=stop')
    .endEvent('cancel', { cancel: true })
    .at('x')
    .otherwise()
    .endEvent('ie'),
);

describe('transaction (BPMN 2.0.2 §10.3.5, §13.3.4)', () => {
  it('completes like any sub-process', async () => {
    const run = await runOf(chosen, { variables: { stop: false } });
    run.completeTask('u');
    run.completeTask('other');
    assert.deepEqual([run.completed('tx'), run.completed('e'), run.activated('u_a')], [1, 1, 0]);
    assert.equal(run.rows.size, 0);
  });

  it('canceled: terminates what is open, compensates in reverse order, then goes on behind its cancel event', async () => {
    const run = await runOf(chosen, { variables: { stop: true } });
    run.completeTask('u');
    assert.deepEqual([run.canceled('other'), run.active()], [1, ['u_b']]);
    assert.equal(run.signal('stop'), 0);
    await run.restart(chosen);
    run.completeJob('u_b');
    assert.deepEqual([run.active(), run.completed('ce')], [['u_a'], 0]);
    run.completeJob('u_a');
    assert.deepEqual([run.completed('ce'), run.completed('e'), run.canceled('tx')], [1, 0, 1]);
    assert.equal(run.state.status, 'completed');
    assert.equal(run.rows.size, 0);
  });

  it('canceled with nothing to compensate goes on at once', async () => {
    const run = await runOf(transaction((inner) => inner.startEvent('i').endEvent('c', { cancel: true })));
    assert.deepEqual([run.completed('ce'), run.state.status], [1, 'completed']);
  });

  it('left by an error, or interrupted, compensates nothing (a hazard)', async () => {
    const model = transaction((inner) => tasks(inner.startEvent('i'), 'a').serviceTask('x', { type: 'x' }));
    const failed = await runOf(model);
    failed.throwError('x', '42');
    assert.deepEqual([failed.completed('ee'), failed.activated('u_a')], [1, 0]);
    const stopped = await runOf(model);
    stopped.signal('stop');
    assert.deepEqual([stopped.completed('se'), stopped.activated('u_a')], [1, 0]);
  });

  it('is left by an error of a handler while it is canceled', async () => {
    const run = await runOf(chosen, { variables: { stop: true } });
    run.completeTask('u');
    run.throwError('u_b', '42');
    assert.deepEqual([run.completed('ee'), run.completed('ce'), run.activated('u_a')], [1, 0, 0]);
    assert.equal(run.state.status, 'completed');
    assert.equal(run.rows.size, 0);
  });

  it('is canceled with its instance while it compensates', async () => {
    const run = await runOf(chosen, { variables: { stop: true } });
    run.completeTask('u');
    run.cancel();
    assert.deepEqual([run.canceled('u_b'), run.canceled('tx'), run.rows.size], [1, 1, 0]);
  });

  it('canceled from deep inside undoes what has completed at every level', async () => {
    const model = transaction((inner) =>
      tasks(inner.startEvent('i'), 'a').subProcess(
        'sub',
        (deep) => tasks(deep.startEvent('d'), 'b').userTask('u').endEvent('c', { cancel: true }),
        { inputs: { x: '=1' } },
      ),
    );
    const run = await runOf(model);
    run.completeTask('u');
    assert.deepEqual(run.visibleAt('u_b'), { x: 1 });
    await run.restart(model);
    run.completeJob('u_b');
    run.completeJob('u_a');
    assert.deepEqual([run.completed('ce'), run.canceled('sub')], [1, 1]);
    assert.equal(run.state.status, 'completed');
  });

  it('canceled by an event sub-process undoes what that has done too', async () => {
    const model = transaction((inner) =>
      tasks(inner.startEvent('i'), 'a')
        .userTask('u')
        .eventSubProcess('es', (es) =>
          tasks(es.startEvent('ess', { signal: 'undo', interrupting: false }), 'b').endEvent('c', {
            cancel: true,
          }),
        ),
    );
    const run = await runOf(model);
    run.signal('undo');
    assert.equal(run.canceled('u'), 1);
    run.completeJob('u_b');
    run.completeJob('u_a');
    assert.deepEqual([run.completed('ce'), run.state.status], [1, 'completed']);
  });

  it('canceled while it compensates for another reason goes on with what is left', async () => {
    const model = transaction((inner) =>
      tasks(inner.startEvent('i'), 'a', 'b')
        .parallelGateway('g')
        .endEvent('th', { compensate: true })
        .at('g')
        .userTask('u')
        .endEvent('c', { cancel: true }),
    );
    const run = await runOf(model);
    assert.deepEqual(
      run.jobs().map(({ elementId }) => elementId),
      ['u_b'],
    );
    run.completeTask('u');
    assert.deepEqual([run.canceled('u_b'), run.active()], [1, ['u_a']]);
    run.completeJob('u_a');
    assert.deepEqual([run.completed('ce'), run.state.status], [1, 'completed']);
  });

  it('nested: the inner one is canceled alone, and compensated with the outer one when it had completed', async () => {
    const nested = (canceled: 'inner' | 'outer') =>
      transaction((outer) =>
        tasks(outer.startEvent('i'), 'a')
          .transaction('in', (inner) =>
            tasks(inner.startEvent('ii'), 'b').endEvent('ic', canceled === 'inner' ? { cancel: true } : {}),
          )
          .endEvent('oc', { cancel: true })
          .boundaryEvent('icb', { attachedTo: 'in', cancel: true })
          .endEvent('done'),
      );
    const inner = await runOf(nested('inner'));
    inner.completeJob('u_b');
    assert.deepEqual([inner.activated('u_a'), inner.completed('done'), inner.completed('e')], [0, 1, 1]);
    const outer = await runOf(nested('outer'));
    outer.completeJob('u_b');
    outer.completeJob('u_a');
    assert.deepEqual([outer.completed('ce'), outer.state.status], [1, 'completed']);
  });

  it('that has completed is compensated like a sub-process', async () => {
    const model = bpmn('p')
      .startEvent('s')
      .transaction('tx', (inner) => tasks(inner.startEvent('i'), 'a'))
      .endEvent('e', { compensate: true });
    const run = await runOf(model);
    run.completeJob('u_a');
    assert.equal(run.state.status, 'completed');
  });
});
