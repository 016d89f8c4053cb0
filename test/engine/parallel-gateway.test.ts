import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { runOf } from './process-run.js';

describe('parallel gateway (BPMN 2.0.2 §13.4.1)', () => {
  const join = bpmn('p')
    .startEvent('s')
    .parallelGateway('fork')
    .userTask('a')
    .parallelGateway('join')
    .task('c')
    .endEvent('e')
    .at('fork')
    .userTask('b')
    .connectTo('join');

  it('waits for a token on each incoming flow, and is visible while it waits', async () => {
    const run = await runOf(join);
    run.completeTask('b');
    assert.deepEqual(run.active(), ['a', 'join']);
    assert.deepEqual(run.state.elementInstances.get(run.keyOf('join'))?.arrived, ['f_b_join']);
    run.completeTask('a');
    assert.deepEqual([run.completed('join'), run.completed('c'), run.completed('e')], [1, 1, 1]);
    assert.equal(run.state.status, 'completed');
  });

  it('survives a restart between two arrivals', async () => {
    const run = await runOf(join);
    run.completeTask('a');
    await run.restart(join);
    run.completeTask('b');
    assert.equal(run.state.status, 'completed');
  });

  it('is canceled while it waits', async () => {
    const run = await runOf(join);
    run.completeTask('a');
    run.cancel();
    assert.deepEqual([run.canceled('join'), run.canceled('b')], [1, 1]);
  });

  it('never fires without its token: there is no dead path elimination', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .parallelGateway('fork')
        .exclusiveGateway('g')
        .when('=false')
        .parallelGateway('join')
        .endEvent('e')
        .at('g')
        .otherwise()
        .endEvent('elsewhere')
        .at('fork')
        .task('b')
        .connectTo('join'),
    );
    assert.deepEqual(run.active(), ['join']);
    assert.equal(run.state.status, 'active');
    assert.equal(run.completed('e'), 0);
  });

  it('consumes one token of each flow; a surplus token waits on', async () => {
    const surplus = bpmn('p')
      .startEvent('s')
      .parallelGateway('fork')
      .exclusiveGateway('m')
      .parallelGateway('join')
      .task('c')
      .at('fork')
      .connectTo('m')
      .userTask('b')
      .connectTo('join');
    const run = await runOf(surplus);
    assert.deepEqual(run.active(), ['b', 'join', 'join']);
    run.completeTask('b');
    assert.deepEqual(run.active(), ['join']);
    assert.equal(run.completed('c'), 1);
  });

  it('fires twice for two tokens on each of two flows, whatever the order', async () => {
    const model = bpmn('p')
      .startEvent('s')
      .parallelGateway('fork')
      .userTask('a')
      .parallelGateway('join')
      .task('c')
      .at('fork')
      .connectTo('a')
      .userTask('b')
      .connectTo('join')
      .at('fork')
      .connectTo('b');
    for (const order of ['aabb', 'abab', 'abba', 'bbaa'] as const) {
      const run = await runOf(model);
      for (const id of order) run.completeTask(id);
      assert.deepEqual([run.completed('join'), run.completed('c')], [2, 2], order);
      assert.equal(run.state.status, 'completed');
    }
  });

  it('fires once a round inside a loop', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .exclusiveGateway('again')
        .parallelGateway('fork')
        .userTask('a')
        .parallelGateway('join')
        .exclusiveGateway('g')
        .when('=more')
        .connectTo('again')
        .otherwise()
        .endEvent('e')
        .at('fork')
        .userTask('b')
        .connectTo('join'),
    );
    for (const more of [true, true, false]) {
      run.completeTask('b');
      run.completeTask('a', { more });
    }
    assert.deepEqual([run.completed('join'), run.completed('e')], [3, 1]);
    assert.equal(run.state.status, 'completed');
  });

  it('is not released by a rework loop in one arm', async () => {
    const model = bpmn('p')
      .startEvent('s')
      .parallelGateway('fork')
      .exclusiveGateway('merge')
      .userTask('review')
      .exclusiveGateway('g')
      .when('=ok')
      .parallelGateway('join')
      .task('ship')
      .at('g')
      .otherwise()
      .connectTo('merge')
      .at('fork')
      .userTask('other')
      .connectTo('join');
    const run = await runOf(model);
    run.completeTask('other');
    run.completeTask('review', { ok: false });
    run.completeTask('review', { ok: false });
    assert.equal(run.completed('ship'), 0);
    assert.deepEqual(run.active(), ['join', 'review']);
    run.completeTask('review', { ok: true });
    assert.equal(run.completed('ship'), 1);
    assert.equal(run.state.status, 'completed');
  });

  it('with one way in and one way out passes the token; with none in it begins', async () => {
    const run = await runOf(
      bpmn('p')
        .parallelGateway('begin')
        .userTask('a')
        .parallelGateway('g')
        .endEvent('e')
        .at('begin')
        .userTask('b'),
    );
    assert.deepEqual(run.active(), ['a', 'b']);
    run.completeTask('a');
    assert.equal(run.completed('e'), 1);
    run.completeTask('b');
    assert.equal(run.state.status, 'completed');
  });

  it('joins and forks at once', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .task('t')
        .task('a')
        .parallelGateway('g')
        .userTask('c')
        .at('t')
        .task('b')
        .connectTo('g')
        .at('g')
        .userTask('d'),
    );
    assert.deepEqual(run.active(), ['c', 'd']);
  });

  it('does not mix the tokens of two sub-process instances', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .parallelGateway('twice')
        .subProcess('sub', (inner) =>
          inner
            .startEvent('is')
            .parallelGateway('fork')
            .userTask('a')
            .parallelGateway('join')
            .endEvent('ie')
            .at('fork')
            .userTask('b')
            .connectTo('join'),
        )
        .endEvent('e')
        .at('twice')
        .connectTo('sub'),
    );
    run.completeTask('a', {}, 0);
    run.completeTask('b', {}, 1);
    assert.deepEqual(run.active(), ['a', 'b', 'join', 'join']);
    assert.equal(run.completed('sub'), 0);
    run.completeTask('a');
    run.completeTask('b');
    assert.deepEqual([run.completed('sub'), run.completed('e')], [2, 2]);
  });
});
