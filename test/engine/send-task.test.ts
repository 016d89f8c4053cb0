import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { DELIVERY_CHAIN_LIMIT } from '../../src/engine/limits.js';
import { bpmn } from '../support/bpmn-builder.js';
import { runOf } from './process-run.js';
import { itWaits } from './wait-state.js';

describe('send task as a job', () => {
  itWaits({
    element: (scope) => scope.sendTask('x', { type: 'mail' }),
    occur: (run) => run.completeJob('x'),
    isActivity: true,
  });
});

describe('send task, message end and throw event that publish (BPMN 2.0.2 §13.3.3, §13.5.2)', () => {
  const publish = { correlationKey: '=order', timeToLive: 'PT1H', messageId: '="m-" + order' };

  it('publishes the message and goes on at once', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .sendTask('x', { message: 'paid', publish, inputs: { amount: '=total' } })
        .intermediateThrowEvent('y', { message: 'paid', publish: { correlationKey: '=1' } })
        .endEvent('z', { message: 'done', publish: { correlationKey: '=order' } }),
      { variables: { order: 'A1', total: 5 } },
    );
    assert.equal(run.state.status, 'completed');
    assert.deepEqual(run.sent('publishMessage'), [
      {
        type: 'publishMessage',
        messageName: 'paid',
        correlationKey: 'A1',
        messageId: 'm-A1',
        timeToLiveMs: 3_600_000,
        variables: { amount: 5 },
      },
      { type: 'publishMessage', messageName: 'paid', correlationKey: '1', timeToLiveMs: 0, variables: {} },
      { type: 'publishMessage', messageName: 'done', correlationKey: 'A1', timeToLiveMs: 0, variables: {} },
    ]);
    assert.equal(run.countOf('messageThrown'), 3);
  });

  for (const [timeToLive, expected] of [
    ['=1500', 1500],
    ['P1D', 86_400_000],
    ['=0', 0],
  ] as const) {
    it(`takes ${timeToLive} as a time to live of ${expected} ms`, async () => {
      const run = await runOf(
        bpmn('p')
          .startEvent('s')
          .sendTask('x', { message: 'm', publish: { correlationKey: '=1', timeToLive } }),
      );
      assert.equal(run.sent('publishMessage')[0]?.timeToLiveMs, expected);
    });
  }

  for (const timeToLive of [
    '=-1',
    '=1.5',
    '="-PT1S"',
    '="long"',
    '=10 ** 300',
    '="P999999999Y"',
    '="P99999999Y"',
    '=null',
  ]) {
    it(`raises an incident for the time to live ${timeToLive} and sends nothing`, async () => {
      const run = await runOf(
        bpmn('p')
          .startEvent('s')
          .sendTask('x', { message: 'm', publish: { correlationKey: '=1', timeToLive } }),
      );
      assert.deepEqual(run.incidents(), ['x: expression-failed']);
      assert.match(run.incidentRow('x').message, /time to live of "x"/);
      assert.deepEqual(run.sent('publishMessage'), []);
    });
  }

  it('stops a chain of deliveries at its limit; resolving begins a new one', async () => {
    const model = bpmn('p')
      .startEvent('s')
      .sendTask('x', { message: 'm', publish: { correlationKey: '=1' } });
    const below = await runOf(model, { hops: DELIVERY_CHAIN_LIMIT - 1 });
    assert.equal(below.state.status, 'completed');
    const run = await runOf(model, { hops: DELIVERY_CHAIN_LIMIT });
    assert.deepEqual(run.incidents(), ['x: delivery-chain-exceeded']);
    run.resolveIncident('x');
    assert.equal(run.state.status, 'completed');
    assert.equal(run.sent('publishMessage').length, 1);
  });
});
