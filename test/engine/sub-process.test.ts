import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import type { ScopeBuilder } from '../support/bpmn-builder.js';
import { ProcessRun, processesOf, runOf } from './process-run.js';

describe('sub-process (BPMN 2.0.2 §13.3.4)', () => {
  const model = bpmn('p')
    .startEvent('s')
    .subProcess('sub', (inner) => inner.startEvent('is').userTask('u').endEvent('ie'))
    .userTask('after')
    .endEvent('e')
    .boundaryEvent('b', { attachedTo: 'sub', signal: 'stop' })
    .endEvent('stopped');

  it('completes when no token is left inside', async () => {
    const run = await runOf(model);
    assert.deepEqual([run.active(), run.completed('sub')], [['u'], 0]);
    run.completeTask('u');
    assert.deepEqual([run.active(), run.completed('sub')], [['after'], 1]);
  });

  it('is interrupted with everything inside', async () => {
    const run = await runOf(model);
    run.signal('stop');
    assert.deepEqual([run.canceled('u'), run.canceled('sub'), run.completed('stopped')], [1, 1, 1]);
    assert.deepEqual(run.lastSteps().slice(0, 3), [
      'signalCaught sub',
      'elementCanceled u',
      'elementCanceled sub',
    ]);
  });

  it('is canceled with its instance', async () => {
    const run = await runOf(model);
    run.cancel();
    assert.deepEqual([run.canceled('u'), run.canceled('sub'), run.state.status], [1, 1, 'canceled']);
  });

  it('survives a restart', async () => {
    const run = await runOf(model);
    await run.restart(model);
    run.completeTask('u');
    await run.restart(model);
    run.completeTask('after');
    assert.equal(run.state.status, 'completed');
  });

  it('is passed when nothing is inside, and begins everywhere when it has no start event', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .subProcess('empty', (inner) => inner)
        .subProcess('open', (inner) => inner.userTask('a').at(undefined).userTask('b'))
        .endEvent('e'),
    );
    assert.equal(run.completed('empty'), 1);
    assert.deepEqual(run.active(), ['a', 'b']);
    run.completeTask('b');
    assert.equal(run.completed('open'), 0);
    run.completeTask('a');
    assert.equal(run.state.status, 'completed');
  });

  it('ends once for parallel branches that meet at its end in the same command', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .subProcess('sub', (inner) =>
          inner
            .startEvent('is')
            .parallelGateway('fork')
            .task('a')
            .endEvent('ie')
            .at('fork')
            .task('b')
            .connectTo('ie')
            .at('fork')
            .task('c'),
        )
        .endEvent('e'),
    );
    assert.deepEqual([run.completed('ie'), run.completed('sub'), run.completed('e')], [2, 1, 1]);
  });

  it('shares the data around it and keeps what is mapped into it to itself', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .subProcess(
          'sub',
          (inner) =>
            inner
              .startEvent('is')
              .scriptTask('t1', { expression: '=local + 1', resultVariable: 'local' })
              .scriptTask('t2', { expression: '=shared + 1', resultVariable: 'shared' })
              .userTask('u'),
          { inputs: { local: '=shared * 10' }, outputs: { result: '=local' } },
        )
        .endEvent('e'),
      { variables: { shared: 1 } },
    );
    assert.deepEqual(run.localOf('sub'), { local: 11 });
    assert.deepEqual(run.visibleAt('u'), { shared: 2, local: 11 });
    run.completeTask('u', { local: 12, added: true });
    assert.deepEqual(run.variables(), { shared: 2, added: true, result: 12 });
  });

  it('may be nested 200 deep: entered, left, canceled and interrupted', async () => {
    const nest =
      (depth: number) =>
      (scope: ScopeBuilder): ScopeBuilder => {
        const begun = scope.startEvent(`s${depth}`);
        return depth === 0 ? begun.userTask('u') : begun.subProcess(`sub${depth}`, nest(depth - 1));
      };
    const file = bpmn('p')
      .startEvent('s')
      .subProcess('outer', nest(199))
      .endEvent('e')
      .boundaryEvent('b', { attachedTo: 'outer', signal: 'stop' })
      .endEvent('stopped');
    const [process] = await processesOf(file, 'load');
    assert.ok(process);
    const run = new ProcessRun(process);
    assert.deepEqual(run.active(), ['u']);
    run.completeTask('u');
    assert.equal(run.completed('e'), 1);
    const canceled = new ProcessRun(process);
    canceled.cancel();
    assert.equal(canceled.canceled('outer'), 1);
    const interrupted = new ProcessRun(process);
    interrupted.signal('stop');
    assert.deepEqual([interrupted.canceled('sub100'), interrupted.completed('stopped')], [1, 1]);
  });
});
