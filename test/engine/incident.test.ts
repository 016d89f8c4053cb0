import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { CALL_DEPTH_LIMIT, DELIVERY_CHAIN_LIMIT, ITERATION_LIMIT } from '../../src/engine/limits.js';
import { incidentCodes } from '../../src/engine/state.js';
import type { IncidentCode } from '../../src/engine/state.js';
import { bpmn } from '../support/bpmn-builder.js';
import type { ScopeBuilder } from '../support/bpmn-builder.js';
import { multiInstance } from '../support/bpmn-loops.js';
import type { ProcessRun, StartOptions } from './process-run.js';
import { runOf } from './process-run.js';

interface Case {
  readonly element: <Scope extends ScopeBuilder>(scope: Scope) => Scope;
  readonly start?: StartOptions;
  /** Brings the incident about where entering the element does not. */
  readonly raise?: (run: ProcessRun) => void;
  /** Removes the cause. */
  readonly mend?: (run: ProcessRun) => void;
  /** What is left to do after it was resolved. */
  readonly end?: (run: ProcessRun) => void;
  /** What cannot be mended within one instance. */
  readonly isForGood?: true;
  /** Resolving is a command from outside: the chain begins anew, and so it goes on at once. */
  readonly isMendedByResolving?: true;
}

const setOk = (run: ProcessRun) => void run.setVariables({ ok: true });

const cases: Readonly<Record<IncidentCode, Case>> = {
  'expression-failed': {
    element: (scope) => scope.serviceTask('x', { type: '=if ok = true then "work" else 1' }),
    mend: setOk,
    end: (run) => run.completeJob('x'),
  },
  'no-flow-taken': {
    element: (scope) => scope.exclusiveGateway('x').when('=n = 2').endEvent('e2').at('x').when('=n = 1'),
    start: { variables: { n: 0 } },
    mend: (run) => run.setVariables({ n: 1 }),
  },
  'invalid-timer': {
    element: (scope) =>
      scope.intermediateCatchEvent('x', { timer: { duration: '=if ok = true then "PT1S" else "soon"' } }),
    mend: setOk,
    end: (run) => run.fireTimer('x'),
  },
  'job-retries-exhausted': {
    element: (scope) => scope.serviceTask('x', { type: 'work' }),
    raise: (run) => run.failJob('x', 'connection refused'),
    end: (run) => run.completeJob('x'),
  },
  'uncaught-error': {
    element: (scope) => scope.serviceTask('x', { type: 'work' }),
    raise: (run) => run.throwError('x', '42'),
    end: (run) => run.completeJob('x'),
  },
  'called-process-not-found': {
    element: (scope) => scope.callActivity('x', { processId: 'q' }),
    raise: (run) => run.failCall('x'),
    end: (run) => run.endCall('x', { kind: 'completed', variables: {} }),
  },
  'called-decision-not-found': {
    element: (scope) =>
      scope.businessRuleTask('x', {
        decisionId: '=if ok = true then "successor" else "nobody"',
        resultVariable: 'r',
      }),
    mend: setOk,
  },
  'decision-failed': {
    element: (scope) => scope.businessRuleTask('x', { decisionId: 'successor', resultVariable: 'r' }),
    start: { variables: { broken: true } },
    mend: (run) => run.setVariables({ broken: false }),
  },
  'called-instance-canceled': {
    element: (scope) => scope.callActivity('x', { processId: 'q' }),
    raise: (run) => run.endCall('x', { kind: 'canceled' }),
    end: (run) => run.endCall('x', { kind: 'completed', variables: {} }),
  },
  'call-tree-limit-exceeded': {
    element: (scope) => scope.callActivity('x', { processId: 'q' }),
    raise: (run) =>
      run.failCall('x', 'Expected fewer instances to have been called.', 'call-tree-limit-exceeded'),
    end: (run) => run.endCall('x', { kind: 'completed', variables: {} }),
  },
  'call-depth-exceeded': {
    element: (scope) => scope.callActivity('x', { processId: 'q' }),
    start: {
      parent: {
        processInstanceId: 'caller',
        elementInstanceKey: 1,
        callKey: 2,
        depth: CALL_DEPTH_LIMIT,
        caughtErrors: { any: false, codes: [] },
      },
    },
    isForGood: true,
  },
  'delivery-chain-exceeded': {
    element: (scope) => scope.intermediateThrowEvent('x', { signal: 'sg' }),
    start: { hops: DELIVERY_CHAIN_LIMIT },
    isMendedByResolving: true,
  },
  'iteration-limit-exceeded': {
    element: (scope) =>
      scope.task('x', {
        content: multiInstance({ cardinality: `=if ok = true then 2 else ${ITERATION_LIMIT + 1}` }),
      }),
    mend: setOk,
  },
  'step-limit-exceeded': {
    element: (scope) => scope.exclusiveGateway('x').when('=ok != true').connectTo('x').otherwise(),
    mend: setOk,
  },
};

describe('incident', () => {
  for (const code of Object.keys(incidentCodes) as IncidentCode[]) {
    const { element, start, raise, mend, end, isForGood, isMendedByResolving } = cases[code];

    describe(code, () => {
      const model = element(bpmn('p').startEvent('s')).endEvent('e');
      const withIncident = async () => {
        const run = await runOf(model, start);
        raise?.(run);
        return run;
      };

      it('is raised at its element, with a message that tells what was expected', async () => {
        const run = await withIncident();
        assert.deepEqual(run.incidents(), [`x: ${code}`]);
        assert.equal(run.state.status, 'active');
        if (code !== 'job-retries-exhausted' && code !== 'called-process-not-found')
          assert.match(run.incidentRow('x').message, /^Expected /);
      });

      if (!isMendedByResolving) {
        it('is raised again, as a new one, when it is resolved and nothing has changed', async () => {
          const run = await withIncident();
          const { incidentKey } = run.incidentRow('x');
          run.resolveIncident('x');
          raise?.(run);
          assert.deepEqual(run.incidents(), [`x: ${code}`]);
          assert.notEqual(run.incidentRow('x').incidentKey, incidentKey);
        });
      }

      if (!isForGood) {
        it('goes on when its cause is removed and it is resolved', async () => {
          const run = await withIncident();
          mend?.(run);
          run.resolveIncident('x');
          end?.(run);
          assert.deepEqual([run.state.status, run.completed('e'), run.incidents()], ['completed', 1, []]);
        });
      }

      it('ends with its instance', async () => {
        const run = await withIncident();
        run.cancel();
        assert.equal(run.rows.size, 0);
      });
    });
  }

  it('cannot be resolved twice', async () => {
    const run = await runOf(bpmn('p').startEvent('s').serviceTask('x', { type: '=missing' }));
    const { elementInstanceKey, incidentKey } = run.incidentRow('x');
    run.resolveIncident('x');
    run.rejects(
      { type: 'resolveIncident', elementInstanceKey, incidentKey },
      'invalid-state',
      /Expected incident \d+ of pi to be open but it is not/,
    );
  });

  it('of a job gives way to the next one, and ends when the job is done after all', async () => {
    const run = await runOf(bpmn('p').startEvent('s').serviceTask('x', { type: 'work' }).endEvent('e'));
    run.failJob('x', 'first');
    run.failJob('x', 'second');
    assert.deepEqual(
      run.incidentRows().map(({ message }) => message),
      ['second'],
    );
    run.completeJob('x');
    assert.deepEqual([run.incidents(), run.state.status], [[], 'completed']);
  });

  it('in leaving keeps the result, and does not do the work again', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .serviceTask('x', { type: 'work', outputs: { total: '=sum.gross' } })
        .exclusiveGateway('g')
        .when('=total > 1')
        .endEvent('e'),
    );
    run.completeJob('x', { sum: { gross: 119 } });
    assert.equal(run.state.status, 'completed');
    const failing = await runOf(
      bpmn('p')
        .startEvent('s')
        .serviceTask('x', { type: 'work', outputs: { total: '=sum.gross' } })
        .when('=limit < total')
        .endEvent('e'),
    );
    failing.completeJob('x', { sum: { gross: 119 } });
    assert.deepEqual(failing.incidents(), ['x: expression-failed']);
    assert.deepEqual(failing.jobs(), []);
    assert.deepEqual(failing.variables(), {}, 'Nothing is written before the element is left.');
    failing.setVariables({ limit: 100 });
    failing.resolveIncident('x');
    assert.deepEqual([failing.state.status, failing.variables()], ['completed', { limit: 100, total: 119 }]);
  });

  it('in one branch does not hold the other', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .parallelGateway('fork')
        .serviceTask('x', { type: 'work' })
        .parallelGateway('join')
        .endEvent('e')
        .at('fork')
        .userTask('b')
        .connectTo('join'),
    );
    run.failJob('x');
    run.completeTask('b');
    assert.deepEqual(run.active(), ['join', 'x']);
    run.resolveIncident('x');
    run.completeJob('x');
    assert.equal(run.state.status, 'completed');
  });

  it('of a sub-process that cannot be left is resolved without doing its inside again', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .subProcess('sub', (inner) => inner.startEvent('is').task('t'))
        .when('=n > 0')
        .endEvent('e')
        .boundaryEvent('b', { attachedTo: 'sub', interrupting: false, signal: 'sg' })
        .endEvent('eb'),
    );
    assert.deepEqual(run.incidents(), ['sub: expression-failed']);
    run.signal('sg');
    run.setVariables({ n: 1 });
    run.resolveIncident('sub');
    assert.deepEqual([run.completed('t'), run.completed('eb'), run.state.status], [1, 1, 'completed']);
  });
});
