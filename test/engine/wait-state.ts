import assert from 'node:assert/strict';
import { it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import type { ScopeBuilder } from '../support/bpmn-builder.js';
import type { ProcessRun, StartOptions } from './process-run.js';
import { runOf } from './process-run.js';

export interface WaitState {
  /** Adds the element, whose id must be `x`. */
  readonly element: <Scope extends ScopeBuilder>(scope: Scope) => Scope;
  /** What it waits for happens. */
  readonly occur: (run: ProcessRun) => void;
  /** Whether a boundary event can be attached to it. */
  readonly isActivity: boolean;
  /** The element that holds the token while it waits: `x`, or the gateway before it. */
  readonly holder?: string;
  readonly start?: StartOptions;
}

/**
 * The four tests of a wait state: it completes, is interrupted (by a boundary event at it, and at the sub-process around), is canceled with
 * its instance, and survives a restart.
 */
export function itWaits(wait: WaitState): void {
  const { holder = 'x', start } = wait;

  it('waits, and completes when what it waits for happens', async () => {
    const run = await runOf(wait.element(bpmn('p').startEvent('s')).endEvent('e'), start);
    assert.deepEqual(run.active(), [holder]);
    assert.equal(run.completed('e'), 0);
    wait.occur(run);
    assert.equal(run.completed(holder), 1);
    assert.equal(run.completed('e'), 1);
    assert.equal(run.state.status, 'completed');
    assert.equal(run.rows.size, 0);
  });

  if (wait.isActivity) {
    it('is interrupted by its boundary event (BPMN 2.0.2 §13.5.3)', async () => {
      const model = wait
        .element(bpmn('p').startEvent('s'))
        .endEvent('e')
        .boundaryEvent('b', { attachedTo: 'x', signal: 'stop' })
        .endEvent('stopped');
      const run = await runOf(model, start);
      assert.equal(run.signal('stop'), 1);
      assert.deepEqual([run.canceled('x'), run.completed('e'), run.completed('stopped')], [1, 0, 1]);
      assert.equal(run.state.status, 'completed');
      assert.equal(run.rows.size, 0);
    });
  }

  it('is interrupted with the sub-process around it (BPMN 2.0.2 §13.3.2)', async () => {
    const model = bpmn('p')
      .startEvent('s')
      .subProcess('sub', (inner) => wait.element(inner.startEvent('is')).endEvent('ie'))
      .endEvent('e')
      .boundaryEvent('b', { attachedTo: 'sub', signal: 'stop' })
      .endEvent('stopped');
    const run = await runOf(model, start);
    run.signal('stop');
    assert.deepEqual([run.canceled(holder), run.canceled('sub')], [1, 1]);
    assert.deepEqual([run.completed('ie'), run.completed('e'), run.completed('stopped')], [0, 0, 1]);
    assert.equal(run.state.status, 'completed');
    assert.equal(run.rows.size, 0);
  });

  it('is canceled with its instance', async () => {
    const run = await runOf(wait.element(bpmn('p').startEvent('s')).endEvent('e'), start);
    run.cancel();
    assert.deepEqual([run.canceled(holder), run.completed('e')], [1, 0]);
    assert.equal(run.state.status, 'canceled');
    assert.equal(run.rows.size, 0);
  });

  it('survives a restart', async () => {
    const model = wait.element(bpmn('p').startEvent('s')).endEvent('e');
    const run = await runOf(model, start);
    await run.restart(model);
    assert.deepEqual(run.active(), [holder]);
    wait.occur(run);
    assert.equal(run.state.status, 'completed');
    assert.equal(run.rows.size, 0);
  });
}
