import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { runOf } from './process-run.js';

/** Arms a, b and d between a split and a join; each is taken when its variable says so, `d` by default. */
const block = bpmn('p')
  .startEvent('s')
  .inclusiveGateway('split')
  .when('=x = true')
  .userTask('a')
  .inclusiveGateway('join')
  .task('c')
  .endEvent('e')
  .at('split')
  .when('=y = true')
  .userTask('b')
  .connectTo('join')
  .at('split')
  .otherwise()
  .userTask('d')
  .connectTo('join');

describe('inclusive gateway (BPMN 2.0.2 §13.4.3)', () => {
  it('takes every flow whose condition is true, and the default flow only where none is', async () => {
    const both = await runOf(block, { variables: { x: true, y: true } });
    assert.deepEqual(both.active(), ['a', 'b']);
    const none = await runOf(block);
    assert.deepEqual(none.active(), ['d']);
  });

  it('without a default flow and with no condition true is an incident', async () => {
    const model = bpmn('p').startEvent('s').inclusiveGateway('g').when('=x = true').endEvent('e');
    const run = await runOf(model);
    assert.deepEqual(run.incidents(), ['g: no-flow-taken']);
    run.setVariables({ x: true });
    run.resolveIncident('g');
    assert.equal(run.state.status, 'completed');
  });

  it('joins what was split, waits visibly for what can still come, and goes on once', async () => {
    const run = await runOf(block, { variables: { x: true, y: true } });
    run.completeTask('b');
    assert.deepEqual(run.active(), ['a', 'join']);
    run.completeTask('a');
    assert.deepEqual([run.completed('join'), run.completed('c'), run.state.status], [1, 1, 'completed']);
  });

  it('does not wait for an arm that was not taken', async () => {
    const run = await runOf(block, { variables: { y: true } });
    run.completeTask('b');
    assert.equal(run.state.status, 'completed');
  });

  it('survives a restart while it waits, and is canceled with its instance', async () => {
    const run = await runOf(block, { variables: { x: true, y: true } });
    run.completeTask('b');
    await run.restart(block);
    run.completeTask('a');
    assert.equal(run.state.status, 'completed');
    const canceled = await runOf(block, { variables: { x: true, y: true } });
    canceled.completeTask('b');
    canceled.cancel();
    assert.deepEqual([canceled.canceled('join'), canceled.rows.size], [1, 0]);
  });

  describe('is released', () => {
    /** Task `a` leads to the join, task `u` too, unless its boundary event leads elsewhere. */
    const turning = bpmn('p')
      .startEvent('s')
      .parallelGateway('fork')
      .userTask('a')
      .inclusiveGateway('join')
      .endEvent('e')
      .at('fork')
      .userTask('u')
      .connectTo('join')
      .boundaryEvent('stop', { attachedTo: 'u', signal: 'stop' })
      .userTask('v')
      .endEvent('elsewhere');

    it('when the token upstream is taken away by a boundary event that leads elsewhere', async () => {
      const run = await runOf(turning);
      run.completeTask('a');
      assert.deepEqual(run.active(), ['join', 'u']);
      run.signal('stop');
      assert.deepEqual([run.completed('e'), run.active()], [1, ['v']]);
    });

    it('when the token upstream ends', async () => {
      const model = bpmn('p')
        .startEvent('s')
        .parallelGateway('fork')
        .task('a')
        .inclusiveGateway('join')
        .userTask('after')
        .endEvent('e')
        .at('fork')
        .userTask('u')
        .exclusiveGateway('x')
        .when('=ok')
        .connectTo('join')
        .at('x')
        .otherwise()
        .endEvent('e2');
      const run = await runOf(model);
      assert.deepEqual(run.active(), ['join', 'u']);
      run.completeTask('u', { ok: false });
      assert.deepEqual(run.active(), ['after']);
    });

    it('not when a boundary event upstream can still lead to a free flow', async () => {
      const model = bpmn('p')
        .startEvent('s')
        .parallelGateway('fork')
        .task('a')
        .inclusiveGateway('join')
        .endEvent('e')
        .at('fork')
        .userTask('u')
        .endEvent('e2')
        .boundaryEvent('stop', { attachedTo: 'u', signal: 'stop' })
        .connectTo('join');
      const run = await runOf(model);
      assert.deepEqual(run.active(), ['join', 'u']);
      run.completeTask('u');
      assert.equal(run.completed('e'), 1);
      const stopped = await runOf(model);
      stopped.signal('stop');
      assert.deepEqual([stopped.completed('join'), stopped.completed('e')], [1, 1]);
    });
  });

  it('does not wait for a token that can also come to a flow that has one (table 13.3)', async () => {
    const model = bpmn('p')
      .startEvent('s')
      .parallelGateway('fork')
      .task('a')
      .inclusiveGateway('join')
      .endEvent('e')
      .at('fork')
      .userTask('u')
      .exclusiveGateway('x')
      .when('=more')
      .connectTo('a')
      .at('x')
      .otherwise()
      .connectTo('join');
    const run = await runOf(model);
    assert.deepEqual([run.completed('join'), run.active()], [1, ['u']]);
  });

  it('waits as long as a token upstream is in a loop, and not for a token behind itself', async () => {
    const model = bpmn('p')
      .startEvent('s')
      .parallelGateway('fork')
      .task('a')
      .inclusiveGateway('join')
      .userTask('behind')
      .exclusiveGateway('back')
      .when('=again')
      .connectTo('join')
      .at('back')
      .otherwise()
      .endEvent('e')
      .at('fork')
      .userTask('r')
      .exclusiveGateway('x')
      .when('=more')
      .connectTo('r')
      .at('x')
      .otherwise()
      .connectTo('join');
    const run = await runOf(model);
    run.completeTask('r', { more: true });
    assert.deepEqual(run.active(), ['join', 'r']);
    run.completeTask('r', { more: false });
    assert.deepEqual(run.active(), ['behind']);
    run.completeTask('behind', { again: true });
    assert.deepEqual([run.completed('join'), run.active()], [2, ['behind']]);
  });

  it('keeps the second token of one flow for its next activation', async () => {
    const model = bpmn('p')
      .startEvent('s')
      .parallelGateway('fork')
      .exclusiveGateway('merge')
      .inclusiveGateway('join')
      .userTask('c')
      .endEvent('e')
      .at('fork')
      .task('again')
      .connectTo('merge')
      .at('fork')
      .userTask('u')
      .connectTo('join');
    const run = await runOf(model);
    assert.deepEqual(run.active(), ['join', 'join', 'u']);
    run.completeTask('u');
    assert.deepEqual([run.completed('join'), run.active()], [2, ['c', 'c']]);
  });

  it('of an inner scope looks at the tokens of that scope alone', async () => {
    const model = bpmn('p')
      .startEvent('s')
      .parallelGateway('fork')
      .subProcess('sub', (inner) =>
        inner
          .startEvent('is')
          .parallelGateway('ifork')
          .task('a')
          .inclusiveGateway('join')
          .endEvent('ie')
          .at('ifork')
          .userTask('u')
          .connectTo('join'),
      )
      .endEvent('e')
      .at('fork')
      .userTask('other')
      .endEvent('oe');
    const run = await runOf(model);
    run.completeTask('u');
    assert.deepEqual([run.completed('join'), run.active()], [1, ['other']]);
  });

  it('waits for a token that comes through a link', async () => {
    const link = (name: string) => [`<bpmn:linkEventDefinition name="${name}" />`];
    const model = bpmn('p')
      .startEvent('s')
      .parallelGateway('fork')
      .task('a')
      .inclusiveGateway('join')
      .endEvent('e')
      .at('fork')
      .userTask('u')
      .intermediateThrowEvent('out', { content: link('there') })
      .at(undefined)
      .element('intermediateCatchEvent', 'in', { content: link('there') })
      .connectTo('join');
    const run = await runOf(model);
    assert.deepEqual(run.active(), ['join', 'u']);
    run.completeTask('u');
    assert.deepEqual([run.completed('join'), run.state.status], [1, 'completed']);
  });

  it('two of which wait for each other wait for ever, as the standard has it, and are seen', async () => {
    const model = bpmn('p')
      .startEvent('s')
      .parallelGateway('fork')
      .inclusiveGateway('one')
      .inclusiveGateway('split1')
      .connectTo('two')
      .at('split1')
      .endEvent('e1')
      .at('fork')
      .inclusiveGateway('two')
      .inclusiveGateway('split2')
      .connectTo('one')
      .at('split2')
      .endEvent('e2');
    const run = await runOf(model);
    assert.deepEqual(run.active(), ['one', 'two']);
    run.cancel();
    assert.equal(run.rows.size, 0);
  });
});
