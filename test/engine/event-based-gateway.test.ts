import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import type { ScopeBuilder } from '../support/bpmn-builder.js';
import { runOf } from './process-run.js';
import { itWaits } from './wait-state.js';

const message = { name: 'm', correlationKey: '=k' };
const start = { variables: { k: 'A' } };

describe('event-based gateway (BPMN 2.0.2 §13.4.4)', () => {
  const element = <Scope extends ScopeBuilder>(scope: Scope) =>
    scope
      .eventBasedGateway('x')
      .intermediateCatchEvent('late', { timer: { duration: 'PT1H' } })
      .exclusiveGateway('out')
      .at('x')
      .intermediateCatchEvent('told', { message })
      .connectTo('out')
      .at('x')
      .intermediateCatchEvent('called', { signal: 'sg' })
      .connectTo('out')
      .at('out');

  const withReceiveTask = <Scope extends ScopeBuilder>(scope: Scope) =>
    scope
      .eventBasedGateway('x')
      .intermediateCatchEvent('late', { timer: { duration: 'PT1H' } })
      .exclusiveGateway('out')
      .at('x')
      .receiveTask('told', { message })
      .connectTo('out')
      .at('out');

  for (const [what, occur, model] of [
    ['a timer', 'late', element],
    ['a message', 'told', element],
    ['a signal', 'called', element],
    ['a receive task', 'told', withReceiveTask],
  ] as const) {
    describe(`left by ${what}`, () => {
      itWaits({
        element: model,
        start,
        isActivity: false,
        occur: (run) => {
          if (occur === 'late') run.fireTimer('late');
          else if (occur === 'called') run.signal('sg');
          else run.message('m', {}, 'A');
          assert.equal(run.completed(occur), 1);
          const others = ['late', 'told', 'called'].filter((id) => id !== occur);
          for (const id of others) assert.equal(run.activated(id), 0, `${id} is not reached`);
        },
      });
    });
  }

  it('takes what the first event brings; the second comes too late', async () => {
    const run = await runOf(element(bpmn('p').startEvent('s')).userTask('u'), start);
    const wait = [...run.rows.signalSubscriptions.values()][0];
    assert.ok(wait);
    run.message('m', { v: 1 }, 'A');
    assert.deepEqual(run.variables(), { k: 'A', v: 1 });
    const late = {
      type: 'triggerSignal',
      elementInstanceKey: wait.elementInstanceKey,
      waitKey: wait.subscriptionKey,
      signalName: 'sg',
      variables: {},
    } as const;
    run.rejects(late, 'invalid-state');
    assert.deepEqual(run.active(), ['u']);
  });

  it('opens all waits or none', async () => {
    const run = await runOf(element(bpmn('p').startEvent('s')));
    assert.deepEqual(run.incidents(), ['x: expression-failed']);
    assert.equal(run.rows.size, 1);
    run.setVariables({ k: 'B' });
    run.resolveIncident('x');
    assert.equal(run.rows.size, 3);
  });
});

describe('receive task behind an event-based gateway', () => {
  it('maps its inputs, for its correlation key and for its outputs', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .eventBasedGateway('g')
        .receiveTask('r', {
          message: { name: 'm', correlationKey: '=local' },
          inputs: { local: '=order.id', other: '=local + 1' },
          outputs: { sum: '=other + n' },
        })
        .endEvent('e')
        .at('g')
        .intermediateCatchEvent('t', { timer: { duration: 'PT1H' } })
        .endEvent('e2'),
      { variables: { order: { id: 7 } } },
    );
    run.message('m', { n: 1 }, '7');
    assert.deepEqual(run.variables(), { order: { id: 7 }, sum: 9 });
    assert.equal(run.state.status, 'completed');
  });
});
