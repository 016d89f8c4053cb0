import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { advance, start } from '../../src/engine/advance.js';
import type { Command, CommandEnvelope, StartProcessInstance } from '../../src/engine/command.js';
import type { InstanceCommand } from '../../src/engine/commands/registry.js';
import { bpmn } from '../support/bpmn-builder.js';
import { deepFreeze } from './deep-freeze.js';
import { START_AT, processesOf, runOf } from './process-run.js';

const envelope = <C extends Command>(command: C, at = START_AT): CommandEnvelope<C> => ({
  tenantId: 't',
  actor: 'a',
  at,
  hops: 0,
  command,
});

const model = bpmn('p')
  .startEvent('s')
  .parallelGateway('fork')
  .serviceTask('job', { type: 'work' })
  .at('fork')
  .userTask('task')
  .at('fork')
  .intermediateCatchEvent('timer', { timer: { duration: 'PT1H' } })
  .at('fork')
  .intermediateCatchEvent('message', { message: { name: 'm', correlationKey: '=1' } })
  .at('fork')
  .intermediateCatchEvent('signal', { signal: 'sg' })
  .at('fork')
  .callActivity('call', { processId: 'q' });

describe('command', () => {
  type WaitName = { readonly elementInstanceKey: number; readonly waitKey: number };
  const variables = {};
  const commands: readonly [fits: string, of: (wait: WaitName) => InstanceCommand][] = [
    ['job', (wait) => ({ type: 'completeJob', ...wait, variables })],
    [
      'none',
      (wait) => ({ type: 'completeJob', elementInstanceKey: wait.elementInstanceKey, waitKey: 0, variables }),
    ],
    ['job', (wait) => ({ type: 'throwJobError', ...wait, errorCode: '1', variables })],
    ['job', (wait) => ({ type: 'exhaustJob', ...wait, errorMessage: 'x' })],
    ['task', (wait) => ({ type: 'completeUserTask', ...wait, variables })],
    ['none', (wait) => ({ type: 'throwUserTaskError', ...wait, errorCode: '1', variables })],
    ['timer', (wait) => ({ type: 'triggerTimer', ...wait })],
    ['message', (wait) => ({ type: 'correlateMessage', ...wait, messageName: 'm', variables })],
    ['signal', (wait) => ({ type: 'triggerSignal', ...wait, signalName: 'sg', variables })],
    ['call', (wait) => ({ type: 'endCall', ...wait, outcome: { kind: 'completed', variables } })],
    ['call', (wait) => ({ type: 'failCall', ...wait, code: 'called-process-not-found', message: 'x' })],
    [
      'none',
      ({ elementInstanceKey, waitKey }) => ({
        type: 'resolveIncident',
        elementInstanceKey,
        incidentKey: waitKey,
      }),
    ],
  ];

  for (const [fits, of] of commands) {
    const command = of({ elementInstanceKey: 99, waitKey: 99 });

    it(`${command.type} is rejected for what does not wait, and accepted for no wait of another kind than ${fits}`, async () => {
      const run = await runOf(model);
      run.rejects(command, 'invalid-state');
      for (const kind of ['job', 'task', 'timer', 'message', 'signal', 'call']) {
        const elementInstanceKey = run.keyOf(kind);
        const waitKey = run.state.elementInstances.get(elementInstanceKey)?.waits?.[0]?.key ?? 0;
        const wait = of({ elementInstanceKey, waitKey });
        if (kind === fits) run.send(wait);
        else run.rejects(wait, 'invalid-state');
      }
    });

    it(`${command.type} is rejected by an instance that has ended`, async () => {
      const run = await runOf(bpmn('p').startEvent('s').endEvent('e'));
      run.rejects(command, 'invalid-state', /to be active but it is completed/);
    });
  }

  it('cancelProcessInstance and setVariables are rejected by an instance that has ended, however it has', async () => {
    const run = await runOf(model);
    run.cancel();
    run.rejects({ type: 'cancelProcessInstance' }, 'invalid-state', /it is canceled/);
    run.rejects({ type: 'setVariables', variables: {} }, 'invalid-state', /it is canceled/);
  });

  it('gives the same output for the same input, from processes that were read apart', async () => {
    const [[first], [second]] = await Promise.all([processesOf(model), processesOf(model)]);
    assert.ok(first && second);
    const command: StartProcessInstance = {
      type: 'startProcessInstance',
      processInstanceId: 'x',
      variables: { n: 1 },
    };
    const [a, b] = [start(first, envelope(command)), start(second, envelope(command))];
    assert.ok(a.ok && b.ok);
    assert.deepEqual(a, b);
    assert.equal(JSON.stringify(a), JSON.stringify(b));
    const cancel = envelope({ type: 'cancelProcessInstance' } as const);
    assert.deepEqual(advance(first, a.state, cancel), advance(second, b.state, cancel));
  });

  it('does not need to write to the model', async () => {
    const [process] = await processesOf(model);
    assert.ok(process);
    for (const element of process.elements.values()) deepFreeze(element);
    const run = start(
      deepFreeze(process),
      deepFreeze(
        envelope<StartProcessInstance>({
          type: 'startProcessInstance',
          processInstanceId: 'x',
          variables: {},
        }),
      ),
    );
    assert.ok(run.ok);
  });

  it('never sets the time of an instance back', async () => {
    const run = await runOf(model);
    run.now = START_AT + 10_000;
    run.setVariables({ a: 1 });
    run.now = START_AT - 10_000;
    run.setVariables({ a: 2 });
    assert.equal(run.state.at, START_AT + 10_000);
    run.now = START_AT + 20_000;
    run.setVariables({ a: 3 });
    assert.equal(run.state.at, START_AT + 20_000);
  });

  it('ends everything by cancelProcessInstance, the innermost first', async () => {
    const run = await runOf(model);
    run.cancel();
    assert.deepEqual([run.state.status, run.rows.size], ['canceled', 0]);
    assert.equal(run.sent('cancelCalledInstance').length, 1);
    assert.equal(run.lastSteps().at(-1), 'processInstanceCanceled');
  });
});
