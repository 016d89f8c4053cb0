import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ParentLink } from '../../src/engine/state.js';
import { bpmn } from '../support/bpmn-builder.js';
import type { ProcessBuilder, ScopeBuilder } from '../support/bpmn-builder.js';
import { runOf } from './process-run.js';

/** A sub-process that throws the escalation `7` and goes on to a user task. */
const throwing = (scope: ScopeBuilder): ScopeBuilder =>
  scope
    .startEvent('i')
    .intermediateThrowEvent('th', { escalation: '7', inputs: { why: '=1' } })
    .userTask('a');

const withBoundary = (escalation: string | true, interrupting: boolean): ProcessBuilder =>
  bpmn('p')
    .startEvent('s')
    .subProcess('sub', throwing)
    .endEvent('e')
    .boundaryEvent('b', { attachedTo: 'sub', escalation, interrupting })
    .userTask('boss')
    .endEvent('be');

const withEventSubProcess = (escalation: string | true, interrupting: boolean): ProcessBuilder =>
  bpmn('p')
    .startEvent('s')
    .subProcess('sub', (inner) =>
      throwing(inner).eventSubProcess('es', (es) =>
        es.startEvent('ess', { escalation, interrupting }).userTask('boss'),
      ),
    )
    .endEvent('e');

const parent: ParentLink = {
  processInstanceId: 'caller',
  elementInstanceKey: 3,
  callKey: 4,
  depth: 1,
  caughtErrors: { any: false, codes: [] },
};

describe('escalation (BPMN 2.0.2 §10.5.5)', () => {
  for (const [where, model] of [
    ['boundary event', withBoundary],
    ['event sub-process', withEventSubProcess],
  ] as const) {
    describe(`caught by a ${where}`, () => {
      it('goes on beside what catches it', async () => {
        for (const code of ['7', true] as const) {
          const run = await runOf(model(code, false));
          assert.deepEqual(run.active(), ['a', 'boss']);
          assert.equal(run.completed('th'), 1);
          assert.deepEqual(run.variables(), { why: 1 });
          run.completeTask('a');
          run.completeTask('boss');
          assert.equal(run.completed('e'), 1);
          assert.equal(run.state.status, 'completed');
        }
      });

      it('is terminated with what an interrupting one interrupts', async () => {
        const run = await runOf(model('7', true));
        assert.deepEqual(run.active(), ['boss']);
        assert.deepEqual([run.activated('a'), run.canceled('th')], [0, 1]);
        run.completeTask('boss');
        assert.equal(run.state.status, 'completed');
        assert.equal(run.rows.size, 0);
      });

      it('survives a restart, and is canceled with its instance', async () => {
        const run = await runOf(model('7', false));
        await run.restart(model('7', false));
        run.completeTask('boss');
        assert.deepEqual(run.active(), ['a']);
        run.cancel();
        assert.equal(run.rows.size, 0);
      });
    });
  }

  it('that nothing catches changes nothing', async () => {
    for (const model of [withBoundary('8', true), withEventSubProcess('8', true)]) {
      const run = await runOf(model);
      assert.deepEqual([run.active(), run.completed('th')], [['a'], 1]);
    }
  });

  it('ends the token of an end event, caught or not', async () => {
    const model = (interrupting: boolean) =>
      bpmn('p')
        .startEvent('s')
        .subProcess('sub', (inner) => inner.startEvent('i').endEvent('ie', { escalation: '7' }))
        .endEvent('e')
        .boundaryEvent('b', { attachedTo: 'sub', escalation: '7', interrupting })
        .endEvent('be');
    const run = await runOf(model(false));
    assert.deepEqual([run.completed('ie'), run.completed('e'), run.completed('be')], [1, 1, 1]);
    const interrupted = await runOf(model(true));
    assert.deepEqual([interrupted.canceled('sub'), interrupted.completed('e')], [1, 0]);
    assert.equal(interrupted.completed('be'), 1);
  });

  it('goes to the nearest that catches it: exact codes first, event sub-processes before boundary events', async () => {
    const model = bpmn('p')
      .startEvent('s')
      .subProcess('sub', (inner) =>
        inner
          .startEvent('i')
          .endEvent('ie', { escalation: '7' })
          .eventSubProcess('any', (es) => es.startEvent('x1', { escalation: true }))
          .eventSubProcess('exact', (es) => es.startEvent('x2', { escalation: '7' })),
      )
      .boundaryEvent('b', { attachedTo: 'sub', escalation: '7' })
      .endEvent('be');
    const run = await runOf(model);
    assert.deepEqual([run.activated('any'), run.completed('exact'), run.activated('be')], [0, 1, 0]);
  });

  it('thrown in an event sub-process goes outwards and not to itself', async () => {
    const model = bpmn('p')
      .startEvent('s')
      .subProcess('sub', (inner) =>
        throwing(inner).eventSubProcess('es', (es) =>
          es
            .startEvent('ess', { escalation: true, interrupting: false })
            .endEvent('again', { escalation: '7' }),
        ),
      )
      .endEvent('e')
      .boundaryEvent('b', { attachedTo: 'sub', escalation: '7', interrupting: false })
      .endEvent('be');
    const run = await runOf(model);
    assert.deepEqual([run.completed('es'), run.completed('be')], [1, 1]);
    assert.deepEqual(run.active(), ['a']);
  });

  it('of event sub-processes that start each other for ever ends at the step limit', async () => {
    const model = bpmn('p')
      .startEvent('s')
      .intermediateThrowEvent('th', { escalation: '1' })
      .eventSubProcess('e1', (es) =>
        es.startEvent('e1s', { escalation: '1', interrupting: false }).endEvent('e1e', { escalation: '2' }),
      )
      .eventSubProcess('e2', (es) =>
        es.startEvent('e2s', { escalation: '2', interrupting: false }).endEvent('e2e', { escalation: '1' }),
      );
    const run = await runOf(model);
    assert.ok(run.incidentRows().length > 0);
    assert.ok(run.incidentRows().every(({ code }) => code === 'step-limit-exceeded'));
    run.cancel();
  }).timeout(20_000);

  for (const element of ['userTask', 'serviceTask'] as const) {
    it(`is thrown from an open ${element}, which stays open unless it is interrupted`, async () => {
      const model = (interrupting: boolean) => {
        const process = bpmn('p').startEvent('s');
        const waiting =
          element === 'userTask' ? process.userTask('a') : process.serviceTask('a', { type: 'x' });
        return waiting
          .endEvent('e')
          .boundaryEvent('b', { attachedTo: 'a', escalation: '7', interrupting })
          .endEvent('be');
      };
      const run = await runOf(model(false));
      run.escalate('a', '7', { why: 1 });
      run.escalate('a', '7');
      run.escalate('a', '8');
      assert.deepEqual([run.active(), run.completed('be')], [['a'], 2]);
      assert.deepEqual(run.variables(), { why: 1 });
      const interrupted = await runOf(model(true));
      interrupted.escalate('a', '7');
      assert.deepEqual([interrupted.canceled('a'), interrupted.completed('be')], [1, 1]);
      assert.equal(interrupted.state.status, 'completed');
    });
  }

  it('needs a code where the expression gives none: an incident', async () => {
    const run = await runOf(bpmn('p').startEvent('s').endEvent('e', { escalation: '=nobody' }));
    assert.deepEqual(run.incidents(), ['e: expression-failed']);
  });

  describe('over a call activity', () => {
    const called = bpmn('q').startEvent('s').intermediateThrowEvent('th', { escalation: '7' }).userTask('a');
    const calling = (interrupting: boolean) =>
      bpmn('p')
        .startEvent('s')
        .callActivity('c', { processId: 'q' })
        .endEvent('e')
        .boundaryEvent('b', { attachedTo: 'c', escalation: '7', interrupting })
        .endEvent('be');
    const seven = { escalationCode: '7', variables: { why: 1 } };

    it('tells the called instance what its callers catch, the nearest first', async () => {
      const model = bpmn('p')
        .startEvent('s')
        .subProcess('sub', (inner) =>
          inner
            .startEvent('i')
            .callActivity('c', { processId: 'q' })
            .boundaryEvent('b1', { attachedTo: 'c', escalation: true, interrupting: false })
            .endEvent('e1')
            .boundaryEvent('b2', { attachedTo: 'c', escalation: '1' })
            .endEvent('e2')
            .eventSubProcess('es', (es) => es.startEvent('ess', { escalation: '2' })),
        );
      const caughtEscalations = [{ escalationCode: '9', interrupting: true }];
      const run = await runOf(model, { parent: { ...parent, caughtEscalations } });
      assert.deepEqual(run.sent('startCalledInstance')[0]?.parent.caughtEscalations, [
        { interrupting: true, escalationCode: '1' },
        { interrupting: false },
        { interrupting: true, escalationCode: '2' },
        { interrupting: true, escalationCode: '9' },
      ]);
    });

    it('goes on where the caller does not interrupt, and tells all so far each time', async () => {
      const caughtEscalations = [{ interrupting: false }];
      const run = await runOf(called, { parent: { ...parent, caughtEscalations } });
      assert.deepEqual(run.active(), ['a']);
      run.escalate('a', '8', { n: 1 });
      const told = [
        { escalationCode: '7', variables: {} },
        { escalationCode: '8', variables: { n: 1 } },
      ];
      assert.deepEqual(
        run.sent('escalateToCaller').map(({ escalations }) => escalations),
        [told.slice(0, 1), told],
      );
      run.completeTask('a');
      assert.deepEqual(run.sent('reportToCaller')[0]?.escalations, told);
    });

    it('ends where the caller interrupts, and says nothing where no caller catches it', async () => {
      const caughtEscalations = [{ escalationCode: '7', interrupting: true }];
      const run = await runOf(called, { parent: { ...parent, caughtEscalations } });
      assert.equal(run.state.status, 'canceled');
      assert.equal(run.activated('a'), 0);
      assert.deepEqual(run.sent('reportToCaller')[0]?.outcome, { kind: 'escalation' });
      const unheard = await runOf(called, { parent });
      assert.deepEqual(unheard.active(), ['a']);
      assert.equal(unheard.rows.sent.length, 0);
    });

    it('is thrown by the call activity, each one once, in whatever order they are told', async () => {
      const run = await runOf(calling(false));
      run.escalateCall('c', [seven]);
      run.escalateCall('c', [seven, seven, seven]);
      const { state } = run;
      run.now += 1_000;
      run.escalateCall('c', [seven, seven]);
      assert.deepEqual(run.state, state, 'Expected nothing to change where nothing happened.');
      assert.deepEqual([run.active(), run.completed('be')], [['c'], 3]);
      run.send({
        type: 'endCall',
        ...run.waitOfCall('c'),
        outcome: { kind: 'completed', variables: {} },
        escalations: [seven, seven, seven, seven],
      });
      assert.deepEqual([run.completed('be'), run.completed('e')], [4, 1]);
      assert.deepEqual(run.variables(), { why: 1 });
      assert.equal(run.state.status, 'completed');
    });

    it('changes nothing when it is told again, not even the time', async () => {
      const run = await runOf(calling(false));
      run.escalateCall('c', [seven]);
      const before = run.state;
      run.now += 1_000;
      run.escalateCall('c', [seven]);
      assert.deepEqual(run.state, before);
    });

    it('that ends the called instance interrupts the call activity', async () => {
      const run = await runOf(calling(true));
      const end = { type: 'endCall', outcome: { kind: 'escalation' }, escalations: [seven] } as const;
      run.send({ ...end, ...run.waitOfCall('c') });
      assert.deepEqual([run.canceled('c'), run.completed('be')], [1, 1]);
      assert.equal(run.state.status, 'completed');
      assert.equal(run.rows.size, 0);
    });

    it('that ended the called instance in vain is an incident; resolving calls anew', async () => {
      const run = await runOf(calling(false));
      const end = { type: 'endCall', outcome: { kind: 'escalation' }, escalations: [seven] } as const;
      run.send({ ...end, ...run.waitOfCall('c') });
      assert.deepEqual(run.incidents(), ['c: called-instance-canceled']);
      run.resolveIncident('c');
      run.escalateCall('c', [seven]);
      assert.equal(run.completed('be'), 2);
    });
  });
});
