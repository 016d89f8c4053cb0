import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { standardLoop } from '../support/bpmn-loops.js';
import { runOf } from './process-run.js';

const suspend = { type: 'suspendProcessInstance' } as const;
const resume = { type: 'resumeProcessInstance' } as const;

const work = bpmn('p')
  .startEvent('s')
  .serviceTask('job', { type: 'work' })
  .userTask('task')
  .endEvent('e')
  .boundaryEvent('failed', { attachedTo: 'job', error: 'NO' })
  .userTask('mend')
  .endEvent('mended');

describe('a suspended process instance', () => {
  it('refuses what would move it on, and changes nothing', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .parallelGateway('fork')
        .userTask('task')
        .at('fork')
        .intermediateCatchEvent('timer', { timer: { duration: 'PT1H' } })
        .at('fork')
        .intermediateCatchEvent('message', { message: { name: 'm', correlationKey: '="k"' } })
        .at('fork')
        .intermediateCatchEvent('signal', { signal: 'g' })
        .at('fork')
        .callActivity('call', { processId: 'q' }),
    );
    run.send(suspend);
    const names = { messageName: 'm', signalName: 'g' };
    const waits = run.state.elementInstances.values().flatMap(({ waits = [] }) => waits);
    assert.equal(waits.length, 5);
    const task = run.waitOfTask('task');
    run.rejects({ type: 'completeUserTask', ...task, variables: {} }, 'suspended');
    run.rejects({ type: 'throwUserTaskError', ...task, errorCode: 'E', variables: {} }, 'suspended');
    for (const [host, { waits = [] }] of run.state.elementInstances.entries()) {
      for (const { kind, key: waitKey } of waits) {
        const named = { elementInstanceKey: host, waitKey };
        if (kind === 'timer') run.rejects({ type: 'triggerTimer', ...named }, 'suspended');
        if (kind === 'message')
          run.rejects({ type: 'correlateMessage', ...named, ...names, variables: {} }, 'suspended');
        if (kind === 'signal')
          run.rejects({ type: 'triggerSignal', ...named, ...names, variables: {} }, 'suspended');
        if (kind !== 'call') continue;
        const outcome = { kind: 'completed', variables: {} } as const;
        run.rejects({ type: 'endCall', ...named, outcome }, 'suspended');
        run.rejects(
          { type: 'failCall', ...named, code: 'called-process-not-found', message: 'x' },
          'suspended',
        );
      }
    }
    run.rejects(suspend, 'invalid-state', /not to be suspended/);
    run.send(resume);
    run.rejects(resume, 'invalid-state', /to be suspended/);
    run.completeTask('task');
    run.fireTimer('timer');
    run.message('m');
    assert.equal(run.signal('g'), 1);
    run.endCall('call', { kind: 'completed', variables: {} });
    assert.equal(run.state.status, 'completed');
  });

  it('keeps what a worker has done, and goes on with it when it is resumed', async () => {
    const run = await runOf(work);
    run.send(suspend);
    run.completeJob('job', { done: 1 });
    assert.deepEqual([run.active(), run.jobs().length], [['job'], 0]);
    await run.restart(work);
    run.send(resume);
    assert.deepEqual([run.active(), run.variables()], [['task'], { done: 1 }]);
  });

  it('keeps the token of an error that a worker throws where it was caught', async () => {
    const run = await runOf(work);
    run.send(suspend);
    run.throwError('job', 'NO', { why: 'x' });
    assert.deepEqual(run.active(), ['failed']);
    run.send(resume);
    assert.deepEqual([run.active(), run.variables()], [['mend'], { why: 'x' }]);
  });

  it('has incidents that can be resolved: the step is taken when it is resumed', async () => {
    const run = await runOf(
      bpmn('p').startEvent('s').serviceTask('job', { type: '=kind' }).userTask('task').endEvent('e'),
    );
    run.send(suspend);
    run.setVariables({ kind: 'work' });
    run.resolveIncident('job');
    assert.deepEqual([run.incidents(), run.jobs().length, run.active()], [[], 0, ['job']]);
    run.send(resume);
    assert.equal(run.jobs('job').length, 1);
  });

  it('waits at a join and at its end until it is resumed', async () => {
    const model = bpmn('p')
      .startEvent('s')
      .parallelGateway('fork')
      .serviceTask('a', { type: 'a' })
      .parallelGateway('join')
      .endEvent('e')
      .at('fork')
      .serviceTask('b', { type: 'b' })
      .connectTo('join');
    const run = await runOf(model);
    run.completeJob('a');
    run.send(suspend);
    run.completeJob('b');
    assert.deepEqual(run.active(), ['b', 'join']);
    run.send(resume);
    assert.equal(run.state.status, 'completed');
  });

  it('begins an activity that is done several times when it is resumed', async () => {
    const loop = standardLoop({ maximum: 2 });
    const model = bpmn('p').startEvent('s').userTask('a').userTask('x', { content: loop }).endEvent('e');
    const run = await runOf(model);
    run.send(suspend);
    const move = [{ from: { elementId: 'a' }, toElementId: 'x' }];
    run.send({ type: 'modifyProcessInstance', activate: [], cancel: [], move });
    assert.equal(run.tasks('x').length, 0);
    run.send(resume);
    run.completeTask('x');
    run.completeTask('x');
    assert.deepEqual([run.completed('x'), run.state.status], [2, 'completed']);
  });

  it('can be canceled, and is not suspended then', async () => {
    const run = await runOf(work);
    run.send(suspend);
    run.completeJob('job');
    run.cancel();
    assert.deepEqual([run.state.status, run.state.suspended], ['canceled', undefined]);
  });
});
