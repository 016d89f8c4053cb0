import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import type { ScopeBuilder } from '../support/bpmn-builder.js';
import { refused, taken } from '../support/read-model.js';

const started = () => bpmn('p').startEvent('s');
const triggered = (inner: ScopeBuilder) => inner.startEvent('is', { signal: 'sg' });

describe('event sub-processes (BPMN 2.0.2 §10.3.5)', () => {
  it('deploy in a process, a sub-process and one another', async () => {
    await taken(
      started().subProcess('sub', (inner) =>
        inner
          .startEvent('i')
          .eventSubProcess('es', (es) =>
            es
              .startEvent('es1', { message: { name: 'm', correlationKey: '=k' }, interrupting: false })
              .eventSubProcess('in', (deep) => deep.startEvent('es2', { error: true })),
          ),
      ),
    );
  });

  it('take a cycle, of which the first tick interrupts, or each tick does not', async () => {
    const cycled = (interrupting: boolean) =>
      started().eventSubProcess('es', (es) =>
        es.startEvent('is', { timer: { cycle: 'R/PT1H' }, interrupting }),
      );
    await taken(cycled(false));
    await taken(cycled(true));
  });

  it('need one start event, which has a trigger', async () => {
    const code = 'invalid-event-sub-process';
    await refused(
      started().eventSubProcess('es', (es) => es.task('t')),
      { code, at: 'es' },
    );
    await refused(
      started().eventSubProcess('es', (es) => triggered(es).startEvent('is2', { signal: 'other' })),
      { code, at: 'is2' },
    );
    await refused(
      started().eventSubProcess('es', (es) => es.startEvent('is')),
      { code: 'invalid-event', at: 'is' },
    );
  });

  it('have no flows and no boundary events', async () => {
    await refused(started().eventSubProcess('es', triggered).at('es').task('t'), {
      code: 'invalid-flow',
      at: 'es',
    });
    await refused(
      started()
        .eventSubProcess('es', triggered)
        .boundaryEvent('b', { attachedTo: 'es', signal: 'x' })
        .task('t'),
      { code: 'invalid-attachment', at: 'b' },
    );
  });

  it('do not wait for the same message or error as another of the scope', async () => {
    for (const trigger of [
      { message: { name: 'm', correlationKey: '=k' } },
      { error: '1' },
      { error: true },
    ] as const) {
      await refused(
        started()
          .eventSubProcess('e1', (es) => es.startEvent('i1', trigger))
          .eventSubProcess('e2', (es) => es.startEvent('i2', trigger)),
        { code: 'duplicate-trigger', at: 'i2' },
      );
    }
  });

  it('by an error always interrupt', async () => {
    await refused(
      started().eventSubProcess('es', (es) => es.startEvent('is', { error: '1', interrupting: false })),
      { code: 'invalid-event', at: 'is' },
    );
  });

  it('are no start of a scope', async () => {
    await refused(bpmn('p').eventSubProcess('es', triggered), { code: 'no-start', at: 'p' });
  });
});
