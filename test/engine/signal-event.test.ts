import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { DELIVERY_CHAIN_LIMIT } from '../../src/engine/limits.js';
import { bpmn } from '../support/bpmn-builder.js';
import { runOf } from './process-run.js';

describe('signal throw and end event (BPMN 2.0.2 §10.5.1)', () => {
  it('broadcast with the variables that are mapped into them, and go on', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .intermediateThrowEvent('t', { signal: '="sg-" + n', inputs: { v: '=n' } })
        .endEvent('e', { signal: 'end' }),
      { variables: { n: '1', secret: 1 } },
    );
    assert.deepEqual(run.sent('broadcastSignal'), [
      { type: 'broadcastSignal', signalName: 'sg-1', variables: { v: '1' } },
      { type: 'broadcastSignal', signalName: 'end', variables: {} },
    ]);
    assert.equal(run.state.status, 'completed');
  });

  it('raise an incident without a name', async () => {
    const run = await runOf(bpmn('p').startEvent('s').intermediateThrowEvent('t', { signal: '=missing' }));
    assert.deepEqual(run.incidents(), ['t: expression-failed']);
    assert.match(run.incidentRow('t').message, /signal name of "t"/);
  });

  it('stop at the end of a chain of deliveries', async () => {
    const run = await runOf(bpmn('p').startEvent('s').endEvent('e', { signal: 'sg' }), {
      hops: DELIVERY_CHAIN_LIMIT,
    });
    assert.deepEqual(run.incidents(), ['e: delivery-chain-exceeded']);
    assert.deepEqual(run.sent('broadcastSignal'), []);
    run.resolveIncident('e');
    assert.equal(run.state.status, 'completed');
  });
});

describe('none throw event (BPMN 2.0.2 §13.5.2)', () => {
  it('is passed', async () => {
    const run = await runOf(bpmn('p').startEvent('s').intermediateThrowEvent('t').endEvent('e'));
    assert.equal(run.completed('t'), 1);
    assert.equal(run.state.status, 'completed');
  });
});

describe('message throw event as a job', () => {
  it('waits for its job', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .intermediateThrowEvent('t', { message: 'm', type: 'mail' })
        .endEvent('e', { message: 'm', type: 'mail' }),
    );
    run.completeJob('t');
    assert.deepEqual(run.active(), ['e']);
    run.failJob('e');
    run.resolveIncident('e');
    run.completeJob('e', { sent: true });
    assert.deepEqual([run.state.status, run.variables()], ['completed', { sent: true }]);
  });
});
