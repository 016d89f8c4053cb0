import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { refused, taken } from '../support/read-model.js';

const started = () => bpmn('p').startEvent('s').userTask('t');

describe('escalation events (BPMN 2.0.2 §10.5.5)', () => {
  it('are thrown with a code, which may be an expression, and caught with one or without', async () => {
    await taken(
      started()
        .intermediateThrowEvent('th', { escalation: '=code' })
        .endEvent('e', { escalation: '7' })
        .boundaryEvent('b1', { attachedTo: 't', escalation: '7', interrupting: false })
        .endEvent('e1')
        .boundaryEvent('b2', { attachedTo: 't', escalation: true })
        .endEvent('e2'),
    );
  });

  it('need a code to be thrown', async () => {
    for (const model of [
      started().intermediateThrowEvent('x', { escalation: true }),
      started().endEvent('x', { escalation: true }),
    ]) {
      await refused(model, { code: 'missing-escalation-code', at: 'x' });
    }
  });

  it('are caught by a literal, each by one event of an activity', async () => {
    const caught = (escalation: string | true) =>
      started()
        .boundaryEvent('b1', { attachedTo: 't', escalation })
        .endEvent('e1')
        .boundaryEvent('b2', { attachedTo: 't', escalation })
        .endEvent('e2');
    await refused(caught('7'), { code: 'duplicate-trigger', at: 'b2' });
    await refused(caught(true), { code: 'duplicate-trigger', at: 'b2' });
    await refused(started().boundaryEvent('b', { attachedTo: 't', escalation: '=x' }).endEvent('e'), {
      code: 'invalid-expression',
      at: 'b',
    });
  });

  it('are not waited for in between, and start no process', async () => {
    await refused(started().intermediateCatchEvent('x', { escalation: '7' }), {
      code: 'invalid-event',
      at: 'x',
    });
    await refused(bpmn('p').startEvent('x', { escalation: '7' }), { code: 'invalid-event', at: 'x' });
  });
});
