import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { CALL_CHAIN_LIMIT, CALL_DEPTH_LIMIT } from '../../src/engine/limits.js';
import type { ParentLink } from '../../src/engine/state.js';
import { bpmn } from '../support/bpmn-builder.js';
import { runOf } from './process-run.js';
import { itWaits } from './wait-state.js';

const parent: ParentLink = {
  processInstanceId: 'caller',
  elementInstanceKey: 7,
  callKey: 8,
  depth: 1,
  caughtErrors: { any: false, codes: ['42'] },
};

describe('call activity (BPMN 2.0.2 §13.3.4)', () => {
  itWaits({
    element: (scope) => scope.callActivity('x', { processId: 'q' }),
    occur: (run) => run.endCall('x', { kind: 'completed', variables: {} }),
    isActivity: true,
  });

  const calling = bpmn('p')
    .startEvent('s')
    .callActivity('x', { processId: '="q" + n', propagateAllParentVariables: false, inputs: { a: '=n' } })
    .userTask('after')
    .endEvent('e');

  it('asks for the called process with its mapped variables alone, and says who calls', async () => {
    const run = await runOf(calling, { variables: { n: '1', secret: true }, businessKey: 'bk' });
    assert.deepEqual(run.sent('startCalledInstance'), [
      {
        type: 'startCalledInstance',
        callKey: 3,
        elementInstanceKey: 2,
        bpmnProcessId: 'q1',
        binding: { kind: 'latest' },
        businessKey: 'bk',
        variables: { a: '1' },
        parent: {
          processInstanceId: 'pi',
          elementInstanceKey: 2,
          callKey: 3,
          depth: 1,
          caughtErrors: { any: false, codes: [] },
        },
      },
    ]);
  });

  it('hands over and takes back everything where the model says so', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .callActivity('x', {
          processId: 'q',
          propagateAllParentVariables: true,
          propagateAllChildVariables: true,
          inputs: { n: '=2' },
        }),
      { variables: { n: 1, m: 1 } },
    );
    assert.deepEqual(run.sent('startCalledInstance')[0]?.variables, { n: 2, m: 1 });
    run.endCall('x', { kind: 'completed', variables: { n: 5, m: 6, r: 7 } });
    assert.deepEqual(run.variables(), { n: 1, m: 6, r: 7 }, 'n is local to the call activity');
  });

  it('takes nothing back where the model says nothing, and only what is mapped where it maps', async () => {
    const outcome = { kind: 'completed', variables: { r: 1, junk: 2 } } as const;
    const none = await runOf(
      bpmn('p').startEvent('s').callActivity('x', { processId: 'q', propagateAllChildVariables: false }),
    );
    none.endCall('x', outcome);
    assert.deepEqual(none.variables(), {});
    const mapped = await runOf(
      bpmn('p')
        .startEvent('s')
        .callActivity('x', { processId: 'q', propagateAllChildVariables: false, outputs: { got: '=r' } }),
    );
    mapped.endCall('x', outcome);
    assert.deepEqual(mapped.variables(), { got: 1 });
  });

  it('throws the error of the called process; its boundary event catches it', async () => {
    const model = bpmn('p')
      .startEvent('s')
      .callActivity('x', { processId: 'q' })
      .endEvent('e')
      .boundaryEvent('b', { attachedTo: 'x', error: '42' })
      .endEvent('caught');
    const run = await runOf(model);
    assert.deepEqual(run.sent('startCalledInstance')[0]?.parent.caughtErrors, { any: false, codes: ['42'] });
    run.endCall('x', { kind: 'error', errorCode: '42', variables: { why: 'x' } });
    assert.deepEqual([run.canceled('x'), run.completed('caught')], [1, 1]);
    assert.deepEqual(run.variables(), { why: 'x' });
    assert.deepEqual(run.sent('cancelCalledInstance'), [], 'The called instance has ended already.');
  });

  it('ends the calling instance by an error that nothing catches, and tells its own caller', async () => {
    const run = await runOf(calling, { variables: { n: '' }, parent });
    run.endCall('x', { kind: 'error', errorCode: '43', errorMessage: 'no', variables: { v: 1 } });
    assert.deepEqual([run.state.status, run.state.errorCode, run.canceled('x')], ['terminated', '43', 1]);
    assert.deepEqual(run.sent('reportToCaller'), [
      {
        type: 'reportToCaller',
        parent,
        outcome: { kind: 'error', errorCode: '43', errorMessage: 'no', variables: { v: 1 } },
      },
    ]);
  });

  it('raises an incident when the called instance was canceled; resolving calls anew', async () => {
    const run = await runOf(calling, { variables: { n: '' } });
    run.endCall('x', { kind: 'canceled' });
    assert.deepEqual(run.incidents(), ['x: called-instance-canceled']);
    run.resolveIncident('x');
    assert.equal(run.sent('startCalledInstance').length, 2);
    run.endCall('x', { kind: 'completed', variables: {} });
    assert.deepEqual(run.active(), ['after']);
  });

  it('raises an incident when the called process cannot be started; resolving looks for it again', async () => {
    const run = await runOf(calling, { variables: { n: '' } });
    run.failCall('x', 'Expected process "q" to be deployed but it is not.');
    assert.deepEqual(run.incidents(), ['x: called-process-not-found']);
    assert.match(run.incidentRow('x').message, /"q" to be deployed/);
    run.setVariables({ n: '2' });
    run.resolveIncident('x');
    assert.equal(run.sent('startCalledInstance')[1]?.bpmnProcessId, 'q2');
    run.failCall('x');
    assert.deepEqual(run.incidents(), ['x: called-process-not-found']);
  });

  it('refuses an outcome that comes too late, for another call, or twice', async () => {
    const run = await runOf(calling, { variables: { n: '' } });
    const late = {
      type: 'endCall',
      ...run.waitOfCall('x'),
      outcome: { kind: 'completed', variables: {} },
    } as const;
    run.endCall('x', { kind: 'canceled' });
    run.rejects(late, 'invalid-state', /to wait for call/);
    run.resolveIncident('x');
    run.rejects(late, 'invalid-state', /to wait for call/);
    run.endCall('x', { kind: 'completed', variables: {} });
    run.rejects(late, 'invalid-state');
    assert.deepEqual(run.active(), ['after']);
  });

  it('may be nested so deep and no deeper; the limit holds when it is tried again', async () => {
    const at = (depth: number) => runOf(calling, { variables: { n: '' }, parent: { ...parent, depth } });
    const below = await at(CALL_DEPTH_LIMIT - 1);
    assert.equal(below.sent('startCalledInstance')[0]?.parent.depth, CALL_DEPTH_LIMIT);
    const run = await at(CALL_DEPTH_LIMIT);
    assert.deepEqual(run.incidents(), ['x: call-depth-exceeded']);
    run.resolveIncident('x');
    assert.deepEqual(run.incidents(), ['x: call-depth-exceeded']);
    assert.equal(run.sent('startCalledInstance').length, 0);
  });

  it('raises an incident when the name of the called process is missing', async () => {
    const run = await runOf(calling, { variables: {} });
    assert.deepEqual(run.incidents(), ['x: expression-failed']);
    assert.match(run.incidentRow('x').message, /called process of "x"/);
  });
});

describe('call activity after too many calls in a chain', () => {
  it('is an incident, and calls when that is resolved', async () => {
    const model = bpmn('p').startEvent('s').callActivity('call', { processId: 'q' }).endEvent('e');
    const below = await runOf(model, { calls: CALL_CHAIN_LIMIT - 1 });
    assert.equal(below.sent('startCalledInstance').length, 1);
    const run = await runOf(model, { calls: CALL_CHAIN_LIMIT });
    assert.deepEqual(run.incidents(), ['call: delivery-chain-exceeded']);
    run.resolveIncident('call');
    assert.equal(run.sent('startCalledInstance').length, 1);
  });
});

describe('called instance', () => {
  const called = bpmn('q').startEvent('s').serviceTask('job', { type: 'work' }).endEvent('e');

  it('reports its variables when it completes', async () => {
    const run = await runOf(called, { parent, variables: { a: 1 } });
    run.completeJob('job', { b: 2 });
    assert.deepEqual(run.sent('reportToCaller'), [
      { type: 'reportToCaller', parent, outcome: { kind: 'completed', variables: { a: 1, b: 2 } } },
    ]);
  });

  it('reports that it was canceled', async () => {
    const run = await runOf(called, { parent });
    run.cancel();
    assert.deepEqual(run.sent('reportToCaller')[0]?.outcome, { kind: 'canceled' });
  });

  it('ends by a job error that its caller catches, and keeps one that nobody catches as an incident', async () => {
    const caught = await runOf(called, { parent });
    caught.throwError('job', '42', { v: 1 });
    assert.equal(caught.state.status, 'terminated');
    assert.deepEqual(caught.sent('reportToCaller')[0]?.outcome, {
      kind: 'error',
      errorCode: '42',
      errorMessage: '42 happened',
      variables: { v: 1 },
    });
    const any = await runOf(called, { parent: { ...parent, caughtErrors: { any: true, codes: [] } } });
    any.throwError('job', '43');
    assert.equal(any.state.status, 'terminated');
    const uncaught = await runOf(called, { parent });
    uncaught.throwError('job', '43');
    assert.deepEqual(uncaught.incidents(), ['job: uncaught-error']);
    assert.deepEqual(uncaught.sent('reportToCaller'), []);
  });

  it('ends by a user task error that its caller catches', async () => {
    const run = await runOf(bpmn('q').startEvent('s').userTask('u'), { parent });
    run.throwError('u', '42');
    assert.deepEqual([run.state.status, run.state.errorCode], ['terminated', '42']);
  });

  it('reports a terminate end event as completed: its caller goes on (BPMN 2.0.2 §13.5.6)', async () => {
    const run = await runOf(
      bpmn('q').startEvent('s').task('t').userTask('u').at('t').endEvent('end', { terminate: true }),
      { parent, variables: { a: 1 } },
    );
    assert.equal(run.state.status, 'terminated');
    assert.deepEqual(run.sent('reportToCaller')[0]?.outcome, { kind: 'completed', variables: { a: 1 } });
  });

  it('tells the processes it calls which errors are caught above them', async () => {
    const run = await runOf(
      bpmn('q')
        .startEvent('s')
        .subProcess('sub', (inner) =>
          inner
            .startEvent('is')
            .callActivity('x', { processId: 'r' })
            .boundaryEvent('b', { attachedTo: 'x', error: '1' })
            .endEvent('be'),
        )
        .boundaryEvent('c', { attachedTo: 'sub', error: '2' })
        .endEvent('ce'),
      { parent },
    );
    const link = run.sent('startCalledInstance')[0]?.parent;
    assert.deepEqual(link?.caughtErrors, { any: false, codes: ['42', '1', '2'] });
    assert.equal(link?.depth, 2);
  });
});
