import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import type { ProcessBuilder, ScopeBuilder } from '../support/bpmn-builder.js';
import type { StartEventOptions } from '../support/bpmn-options.js';
import type { ProcessRun } from './process-run.js';
import { runOf } from './process-run.js';

const message = { name: 'm', correlationKey: '=k' };
const start = { variables: { k: 'A' } };

/** An event sub-process `es` with a user task `h` in a scope. */
function handled(scope: ScopeBuilder, options: StartEventOptions, id = 'es'): ScopeBuilder {
  return scope.eventSubProcess(id, (inner) =>
    inner.startEvent(`${id}s`, options).userTask(`${id}h`).endEvent(`${id}e`),
  );
}

const atProcess = (options: StartEventOptions): ProcessBuilder =>
  handled(bpmn('p').startEvent('s').userTask('a').endEvent('e'), options) as ProcessBuilder;

const inSubProcess = (options: StartEventOptions): ProcessBuilder =>
  bpmn('p')
    .startEvent('s')
    .subProcess('sub', (inner) => handled(inner.startEvent('is').userTask('a').endEvent('ie'), options))
    .endEvent('e');

const triggers: readonly {
  readonly what: string;
  readonly event: StartEventOptions;
  readonly occur: (run: ProcessRun) => void;
}[] = [
  { what: 'message', event: { message }, occur: (run) => void run.message('m', { x: 1 }, 'A') },
  { what: 'signal', event: { signal: 'sg' }, occur: (run) => void run.signal('sg', { x: 1 }) },
  { what: 'timer', event: { timer: { duration: 'PT1H' } }, occur: (run) => void run.fireTimer('ess') },
];

describe('event sub-process (BPMN 2.0.2 §13.5.4)', () => {
  for (const { what, event, occur } of triggers) {
    for (const [where, model, around] of [
      ['process', atProcess, undefined],
      ['sub-process', inSubProcess, 'sub'],
    ] as const) {
      describe(`${what} in a ${where}`, () => {
        it('interrupts: terminates everything else and completes the scope', async () => {
          const run = await runOf(model(event), start);
          assert.deepEqual(run.active(), ['a']);
          occur(run);
          assert.deepEqual(run.active(), ['esh']);
          assert.equal(run.canceled('a'), 1);
          run.completeTask('esh');
          assert.deepEqual([run.completed('es'), run.completed('ess'), run.completed('ese')], [1, 1, 1]);
          assert.equal(run.completed('e'), around ? 1 : 0);
          assert.equal(run.state.status, 'completed');
          assert.equal(run.rows.size, 0);
        });

        it('does not interrupt: the scope ends when both have', async () => {
          const run = await runOf(model({ ...event, interrupting: false }), start);
          occur(run);
          assert.deepEqual(run.active(), ['a', 'esh']);
          run.completeTask('a');
          assert.deepEqual(run.active(), ['esh']);
          run.completeTask('esh');
          assert.equal(run.completed('e'), 1);
          assert.equal(run.state.status, 'completed');
          assert.equal(run.rows.size, 0);
        });

        it('is disarmed when the scope ends', async () => {
          const run = await runOf(model(event), start);
          run.completeTask('a');
          assert.equal(run.activated('es'), 0);
          assert.equal(run.state.status, 'completed');
          assert.equal(run.rows.size, 0);
        });

        it('is canceled with its instance, armed and running', async () => {
          const armed = await runOf(model(event), start);
          armed.cancel();
          assert.equal(armed.rows.size, 0);
          const running = await runOf(model({ ...event, interrupting: false }), start);
          occur(running);
          running.cancel();
          assert.equal(running.canceled('es'), 1);
          assert.equal(running.rows.size, 0);
        });

        it('survives a restart, armed and running', async () => {
          const run = await runOf(model(event), start);
          await run.restart(model(event));
          occur(run);
          await run.restart(model(event));
          run.completeTask('esh');
          assert.equal(run.state.status, 'completed');
        });
      });
    }
  }

  it('starts again and again where it does not interrupt', async () => {
    const run = await runOf(inSubProcess({ message, interrupting: false }), start);
    for (const _time of [1, 2, 3]) run.message('m', {}, 'A');
    assert.deepEqual(run.active(), ['a', 'esh', 'esh', 'esh']);
    const cycle = await runOf(atProcess({ timer: { cycle: 'R2/PT1H' }, interrupting: false }));
    cycle.fireTimer('ess');
    cycle.fireTimer('ess');
    assert.deepEqual(cycle.active(), ['a', 'esh', 'esh']);
    assert.equal(cycle.timers().length, 0);
  });

  it('takes what came with its event through the mappings of its start event', async () => {
    const run = await runOf(atProcess({ message, outputs: { y: '=x + 1' } }), start);
    run.message('m', { x: 1 }, 'A');
    assert.deepEqual(run.variables(), { k: 'A', y: 2 });
  });

  it('sees in its correlation key what the message that starts the process has brought', async () => {
    const model = handled(
      bpmn('p')
        .startEvent('s', { message: { name: 'first' }, outputs: { k: '=id' } })
        .userTask('a'),
      { message },
    ) as ProcessBuilder;
    const run = await runOf(model, { startElementId: 's', variables: { id: 'B' } });
    run.message('m', {}, 'B');
    assert.deepEqual(run.active(), ['esh']);
  });

  it('holds the process where it cannot be armed, until that is resolved', async () => {
    const run = await runOf(atProcess({ message }));
    assert.deepEqual(
      run.incidentRows().map(({ code, elementInstanceKey }) => [code, elementInstanceKey]),
      [['expression-failed', 0]],
    );
    assert.deepEqual(run.active(), []);
    run.setVariables({ k: 'A' });
    run.resolveIncident('p');
    assert.deepEqual(run.active(), ['a']);
    run.message('m', {}, 'A');
    assert.deepEqual(run.active(), ['esh']);
  });

  it('holds the start that brought data, and the sub-process, where it cannot be armed', async () => {
    const started = handled(
      bpmn('p')
        .startEvent('s', { message: { name: 'first' } })
        .userTask('a'),
      {
        message,
      },
    ) as ProcessBuilder;
    const run = await runOf(started, { startElementId: 's', variables: { id: 'B' } });
    assert.deepEqual(run.incidents(), ['s: expression-failed']);
    run.setVariables({ k: 'A' });
    run.resolveIncident('s');
    assert.deepEqual(run.active(), ['a']);
    assert.deepEqual(run.variables(), { k: 'A', id: 'B' });

    const sub = await runOf(inSubProcess({ message }));
    assert.deepEqual(sub.incidents(), ['sub: expression-failed']);
    sub.setVariables({ k: 'A' });
    sub.resolveIncident('sub');
    assert.deepEqual(sub.active(), ['a']);
  });

  it('terminates what else runs in the scope, event sub-processes included, and disarms the others', async () => {
    const model = handled(
      handled(atProcess({ message }), { signal: 'sg', interrupting: false }, 'n'),
      { timer: { duration: 'PT1H' } },
      't',
    ) as ProcessBuilder;
    const run = await runOf(model, start);
    run.signal('sg');
    assert.deepEqual(run.active(), ['a', 'nh']);
    run.message('m', {}, 'A');
    assert.deepEqual(run.active(), ['esh']);
    assert.equal(run.rows.size, 1);
    assert.equal(run.signal('sg'), 0);
  });

  it('arms the event sub-processes inside an event sub-process while that runs', async () => {
    const model = bpmn('p')
      .startEvent('s')
      .userTask('a')
      .eventSubProcess('es', (inner) =>
        handled(inner.startEvent('ess', { signal: 'outer' }).userTask('h'), { message }, 'in'),
      );
    const run = await runOf(model, start);
    assert.equal(run.rows.messageSubscriptions.size, 0);
    run.signal('outer');
    run.message('m', {}, 'A');
    assert.deepEqual(run.active(), ['inh']);
    run.completeTask('inh');
    assert.equal(run.completed('es'), 1);
    assert.equal(run.state.status, 'completed');
  });

  it('starts in a sub-process that could not complete: the incident is overcome', async () => {
    for (const interrupting of [true, false]) {
      const model = bpmn('p')
        .startEvent('s')
        .subProcess('sub', (inner) => handled(inner.task('t'), { message, interrupting }))
        .when('=ready')
        .endEvent('e');
      const run = await runOf(model, start);
      assert.deepEqual(run.incidents(), ['sub: expression-failed']);
      run.message('m', {}, 'A');
      assert.deepEqual(run.incidents(), []);
      run.setVariables({ ready: true });
      run.completeTask('esh');
      assert.equal(run.state.status, 'completed');
    }
  });

  describe('error', () => {
    const byJob = (code: string | true) =>
      handled(bpmn('p').startEvent('s').serviceTask('a', { type: 'a' }).endEvent('e'), {
        error: code,
      }) as ProcessBuilder;

    it('catches the error of a job by its code, or every error', async () => {
      for (const code of ['42', true] as const) {
        const run = await runOf(byJob(code));
        run.throwError('a', '42', { why: 'x' });
        assert.deepEqual(run.active(), ['esh']);
        assert.equal(run.canceled('a'), 1);
        assert.deepEqual(run.variables(), { why: 'x' });
        run.completeTask('esh');
        assert.equal(run.state.status, 'completed');
        assert.equal(run.rows.size, 0);
      }
    });

    it('leaves an error of another code uncaught: an incident at the job', async () => {
      const run = await runOf(byJob('7'));
      run.throwError('a', '42');
      assert.deepEqual(run.incidents(), ['a: uncaught-error']);
    });

    it('catches before the boundary event of its sub-process, and is caught by that itself', async () => {
      const model = bpmn('p')
        .startEvent('s')
        .subProcess('sub', (inner) =>
          inner
            .serviceTask('a', { type: 'a' })
            .eventSubProcess('es', (es) =>
              es.startEvent('ess', { error: true }).serviceTask('h', { type: 'h' }),
            ),
        )
        .boundaryEvent('b', { attachedTo: 'sub', error: true })
        .endEvent('caught');
      const run = await runOf(model);
      run.throwError('a', '42');
      assert.deepEqual(run.active(), ['h']);
      run.throwError('h', '42');
      assert.deepEqual([run.canceled('sub'), run.completed('caught')], [1, 1]);
      assert.equal(run.state.status, 'completed');
    });

    it('is not caught by the event sub-process that it is thrown in: the instance ends by it', async () => {
      const model = bpmn('p')
        .startEvent('s')
        .serviceTask('a', { type: 'a' })
        .eventSubProcess('es', (es) => es.startEvent('ess', { error: true }).endEvent('x', { error: '42' }));
      const run = await runOf(model);
      run.throwError('a', '42');
      assert.equal(run.state.status, 'terminated');
      assert.equal(run.state.errorCode, '42');
      assert.equal(run.rows.size, 0);
    });

    it('thrown in a non-interrupting event sub-process is caught by another of the same scope', async () => {
      const model = handled(
        bpmn('p')
          .startEvent('s')
          .userTask('a')
          .eventSubProcess('n', (inner) =>
            inner.startEvent('ns', { signal: 'sg', interrupting: false }).endEvent('ne', { error: '42' }),
          ),
        { error: '42' },
      ) as ProcessBuilder;
      const run = await runOf(model);
      run.signal('sg');
      assert.deepEqual([run.active(), run.canceled('a')], [['esh'], 1]);
    });

    it('is known to what a call activity inside calls', async () => {
      const model = handled(bpmn('p').startEvent('s').callActivity('c', { processId: 'q' }), {
        error: '42',
      }) as ProcessBuilder;
      const run = await runOf(model);
      assert.deepEqual(run.sent('startCalledInstance')[0]?.parent.caughtErrors, {
        any: false,
        codes: ['42'],
      });
      run.endCall('c', { kind: 'error', errorCode: '42', variables: {} });
      assert.deepEqual(run.active(), ['esh']);
    });
  });

  it('ends with its scope by a terminate end event, and terminates only itself by its own', async () => {
    const model = bpmn('p')
      .startEvent('s')
      .parallelGateway('g')
      .userTask('a')
      .endEvent('end', { terminate: true })
      .at('g')
      .userTask('b')
      .eventSubProcess('n', (inner) =>
        inner
          .startEvent('ns', { signal: 'sg', interrupting: false })
          .parallelGateway('ng')
          .userTask('n1')
          .endEvent('ne', { terminate: true })
          .at('ng')
          .userTask('n2'),
      );
    const run = await runOf(model);
    run.signal('sg');
    run.signal('sg');
    run.completeTask('n1');
    assert.deepEqual(run.active(), ['a', 'b', 'n1', 'n2']);
    run.completeTask('a');
    assert.equal(run.state.status, 'terminated');
    assert.deepEqual([run.canceled('n1'), run.canceled('n2'), run.canceled('b')], [1, 2, 1]);
    assert.equal(run.rows.size, 0);
  });
});
