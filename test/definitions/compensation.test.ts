import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import type { ScopeBuilder } from '../support/bpmn-builder.js';
import { refused, taken } from '../support/read-model.js';

const started = () => bpmn('p').startEvent('s').task('t');
const association = (source: string, target: string) =>
  `<bpmn:association id="a_${source}_${target}" sourceRef="${source}" targetRef="${target}" />`;
const forCompensation = { attributes: { isForCompensation: true } };

describe('compensation (BPMN 2.0.2 §10.7.1)', () => {
  it('deploys with a handler, told by an association in either direction', async () => {
    await taken(started().compensatedBy('u').endEvent('e', { compensate: true }));
    await taken(
      started()
        .boundaryEvent('b', { attachedTo: 't', compensate: true })
        .at(undefined)
        .task('u', forCompensation)
        .raw(association('u', 'b')),
    );
  });

  it('needs exactly one handler, which is for compensation and in the same scope', async () => {
    const marked = () => started().boundaryEvent('b', { attachedTo: 't', compensate: true }).at(undefined);
    const code = 'invalid-compensation';
    await refused(marked(), { code, at: 'b' });
    await refused(marked().task('u').raw(association('b', 'u')), { code, at: 'b' });
    await refused(
      marked()
        .task('u1', forCompensation)
        .at(undefined)
        .task('u2', forCompensation)
        .raw(association('b', 'u1'), association('b', 'u2')),
      { code, at: 'b' },
    );
    await refused(
      marked()
        .subProcess('sub', (inner) => inner.startEvent('i').at(undefined).task('u', forCompensation))
        .raw(association('b', 'u')),
      { code, at: 'b' },
    );
  });

  it('is marked once at an activity', async () => {
    await refused(
      started()
        .compensatedBy('u')
        .boundaryEvent('b', { attachedTo: 't', compensate: true })
        .at(undefined)
        .raw(association('b', 'u')),
      { code: 'invalid-compensation', at: 'b' },
    );
  });

  it('has no sequence flows, at the boundary event or the handler', async () => {
    await refused(started().compensatedBy('u').at('c_t').task('x'), { code: 'invalid-flow', at: 'c_t' });
    await refused(started().compensatedBy('u').at('u').task('x'), { code: 'invalid-flow', at: 'u' });
    await refused(started().compensatedBy('u').connectTo('u'), { code: 'invalid-flow', at: 'u' });
  });

  it('says so where nothing leads to a handler, which is no start either', async () => {
    await taken(started().at(undefined).task('u', forCompensation), { code: 'unreachable-element', at: 'u' });
    await refused(bpmn('p').task('u', forCompensation), { code: 'no-start', at: 'p' });
  });

  it('is asked for of an activity in reach', async () => {
    const asked = (activityRef: string) =>
      started()
        .subProcess('sub', (inner) => inner.startEvent('i').task('deep'))
        .endEvent('e', { compensate: { activityRef } });
    await taken(asked('t'));
    await taken(asked('sub'));
    await refused(asked('deep'), { code: 'invalid-compensation', at: 'e' });
    await refused(asked('s'), { code: 'invalid-compensation', at: 'e' });
    await refused(asked('ghost'), { code: 'unresolved-reference', at: 'e' });
    const fromInside = (scope: ScopeBuilder) =>
      scope.startEvent('is', { signal: 'sg' }).endEvent('ie', { compensate: { activityRef: 't' } });
    await taken(started().eventSubProcess('es', fromInside));
  });

  it('by an event sub-process belongs in a sub-process, once', async () => {
    const handled = (inner: ScopeBuilder, id: string) =>
      inner.eventSubProcess(id, (es) => es.startEvent(`${id}s`, { compensate: true }));
    await taken(started().subProcess('sub', (inner) => handled(inner.startEvent('i'), 'ces')));
    await refused(
      started().subProcess('sub', (inner) => handled(handled(inner.startEvent('i'), 'c1'), 'c2')),
      { code: 'invalid-compensation', at: 'c2' },
    );
    const inProcess = started();
    handled(inProcess, 'ces');
    await taken(inProcess, { code: 'unreachable-element', at: 'ces' });
  });
});

describe('transactions (BPMN 2.0.2 §10.3.5)', () => {
  const canceled = (inner: ScopeBuilder) => inner.startEvent('i').endEvent('c', { cancel: true });

  it('deploy with a cancel end event at any depth and a cancel boundary event', async () => {
    await taken(
      started()
        .transaction('tx', (inner) => inner.startEvent('o').subProcess('sub', canceled))
        .boundaryEvent('b', { attachedTo: 'tx', cancel: true })
        .endEvent('e'),
    );
  });

  it('need a cancel boundary event where they can be canceled', async () => {
    await refused(started().transaction('tx', canceled), { code: 'invalid-event', at: 'c' });
    await taken(
      started().transaction('outer', (outer) =>
        outer
          .startEvent('o')
          .transaction('tx', canceled)
          .boundaryEvent('b', { attachedTo: 'tx', cancel: true })
          .endEvent('e'),
      ),
    );
  });

  it('alone have cancel events, one at the boundary, which interrupts', async () => {
    const code = 'invalid-event';
    await refused(started().endEvent('c', { cancel: true }), { code, at: 'c' });
    await refused(started().boundaryEvent('b', { attachedTo: 't', cancel: true }).endEvent('e'), {
      code,
      at: 'b',
    });
    const tx = () => started().transaction('tx', (inner) => inner.startEvent('i'));
    await refused(
      tx()
        .boundaryEvent('b1', { attachedTo: 'tx', cancel: true })
        .endEvent('e1')
        .boundaryEvent('b2', { attachedTo: 'tx', cancel: true })
        .endEvent('e2'),
      { code, at: 'b2' },
    );
    await refused(
      tx().boundaryEvent('b', { attachedTo: 'tx', cancel: true, interrupting: false }).endEvent('e'),
      { code, at: 'b' },
    );
  });
});
