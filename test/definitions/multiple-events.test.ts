import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { refused, taken } from '../support/read-model.js';

const message = { name: 'm', correlationKey: '=k' };
const parallel = { attributes: { parallelMultiple: true } };
const started = () => bpmn('p').startEvent('s');

describe('multiple events (BPMN 2.0.2 §10.5.5)', () => {
  it('are taken to start a process by any of their definitions, or by all together', async () => {
    const model = (options = {}) =>
      bpmn('p')
        .startEvent('s', { message: 'm', signal: 'sg', ...options })
        .endEvent('e');
    await taken(model());
    await taken(model(parallel));
  });

  it('refuse to start a process together behind a gateway, and by an error', async () => {
    const model = bpmn('p')
      .eventBasedGateway('g', { attributes: { instantiate: true } })
      .intermediateCatchEvent('c', { message: 'm', signal: 'sg', ...parallel })
      .endEvent('e')
      .at('g')
      .intermediateCatchEvent('t', { signal: 'other' })
      .endEvent('e2');
    await refused(model, { code: 'unsupported-attribute', at: 'c' });
    const start = bpmn('p')
      .startEvent('s', { message: 'm', error: 'E', ...parallel })
      .endEvent('e');
    await refused(start, { code: 'invalid-event', at: 's' });
  });

  it('refuse an error among what is waited for together, or where nothing is interrupted', async () => {
    const at = (options: object) =>
      started()
        .userTask('u')
        .endEvent('e')
        .boundaryEvent('b', { attachedTo: 'u', signal: 'sg', error: 'E', ...options })
        .endEvent('be');
    await taken(at({}));
    await refused(at(parallel), { code: 'invalid-event', at: 'b' });
    await refused(at({ interrupting: false }), { code: 'invalid-event', at: 'b' });
  });

  it('refuse what another event of the place waits for already', async () => {
    const boundaries = (first: object, second: object) =>
      started()
        .userTask('u')
        .endEvent('e')
        .boundaryEvent('b1', { attachedTo: 'u', ...first })
        .endEvent('e1')
        .boundaryEvent('b2', { attachedTo: 'u', ...second })
        .endEvent('e2');
    const twice = { code: 'duplicate-trigger', at: 'b2' } as const;
    for (const trigger of [{ error: 'E' }, { escalation: 'X' }, { message }]) {
      await refused(boundaries({ signal: 'sg', ...trigger }, trigger), twice);
      await refused(boundaries(trigger, { signal: 'sg', ...trigger }), twice);
      await taken(boundaries({ signal: 'sg', ...trigger }, { signal: 'sg' }));
    }
    const starts = bpmn('p')
      .startEvent('s1', { message: 'm', signal: 'sg', ...parallel })
      .endEvent('e')
      .startEvent('s2', { message: 'm' })
      .endEvent('e2');
    await refused(starts, { code: 'duplicate-trigger', at: 's2', message: /the message m but found s1/ });
  });

  it('refuse to wait together behind an event-based gateway', async () => {
    const model = started()
      .eventBasedGateway('g')
      .intermediateCatchEvent('c', { message, signal: 'sg', ...parallel })
      .endEvent('e')
      .at('g')
      .intermediateCatchEvent('t', { timer: { duration: 'PT1H' } })
      .endEvent('e2');
    await refused(model, { code: 'invalid-event-gateway', at: 'c' });
  });

  it('refuse a link beside others, and two ways to end', async () => {
    await refused(started().intermediateThrowEvent('t', { signal: 'sg', link: 'L' }), {
      code: 'invalid-event',
      at: 't',
    });
    await refused(started().endEvent('e', { error: 'E', terminate: true }), {
      code: 'invalid-event',
      at: 'e',
    });
  });
});
