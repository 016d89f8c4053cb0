import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { runOf } from './process-run.js';
import { itWaits } from './wait-state.js';

const message = { name: 'answer', correlationKey: '=order' };
const variables = { order: 'A1' };

describe('receive task (BPMN 2.0.2 §13.3.3)', () => {
  itWaits({
    element: (scope) => scope.receiveTask('x', { message }),
    occur: (run) => run.message('answer', {}, 'A1'),
    isActivity: true,
    start: { variables },
  });

  it('takes what the message brings', async () => {
    const run = await runOf(bpmn('p').startEvent('s').receiveTask('x', { message }), { variables });
    run.message('answer', { text: 'yes' });
    assert.deepEqual(run.variables(), { order: 'A1', text: 'yes' });
  });

  it('does not take a second message while an incident keeps it from leaving', async () => {
    const model = bpmn('p').startEvent('s').receiveTask('x', { message }).when('=text > 0').endEvent('e');
    const run = await runOf(model, { variables });
    const wait = [...run.rows.messageSubscriptions.values()][0];
    assert.ok(wait);
    run.message('answer', { text: 'none' });
    assert.deepEqual(run.incidents(), ['x: expression-failed']);
    assert.equal(run.rows.messageSubscriptions.size, 0, 'The message was taken: the subscription is closed.');
    const second = {
      type: 'correlateMessage',
      elementInstanceKey: wait.elementInstanceKey,
      waitKey: wait.subscriptionKey,
      messageName: 'answer',
      variables: { text: 5 },
    } as const;
    run.rejects(second, 'invalid-state');
    run.setVariables({ text: 1 });
    assert.deepEqual(run.incidents(), ['x: expression-failed']);
  });

  it('keeps a message that it waits for by a number as its text', async () => {
    const run = await runOf(bpmn('p').startEvent('s').receiveTask('x', { message }), {
      variables: { order: 17 },
    });
    assert.equal([...run.rows.messageSubscriptions.values()][0]?.correlationKey, '17');
  });

  it('raises an incident when the correlation key is missing, and waits when it is there', async () => {
    const run = await runOf(bpmn('p').startEvent('s').receiveTask('x', { message }));
    assert.deepEqual(run.incidents(), ['x: expression-failed']);
    assert.match(run.incidentRow('x').message, /correlation key of "x".*string or a number.*null/);
    run.setVariables({ order: 'B' });
    run.resolveIncident('x');
    run.message('answer', {}, 'B');
    assert.equal(run.state.status, 'completed');
  });
});
