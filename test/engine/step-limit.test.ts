import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { advance, start } from '../../src/engine/advance.js';
import { STEP_LIMIT } from '../../src/engine/limits.js';
import type { ExecutableProcess, FlowNode, SequenceFlow } from '../../src/engine/process-model.js';
import type { ProcessInstanceState } from '../../src/engine/state.js';
import { ROOT_KEY } from '../../src/engine/state.js';
import { bpmn } from '../support/bpmn-builder.js';
import { ProcessRun, processesOf, runOf } from './process-run.js';

describe('step limit', () => {
  it('stops a loop without a wait, visibly; resolving goes on and loses nothing', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .scriptTask('count', { expression: '=if n = null then 1 else n + 1', resultVariable: 'n' })
        .exclusiveGateway('g')
        .when('=n >= 4000')
        .endEvent('e')
        .at('g')
        .otherwise()
        .connectTo('count'),
    );
    assert.equal(run.incidents().length, 1);
    assert.match(run.incidents()[0] ?? '', /step-limit-exceeded/);
    const [incident] = run.incidentRows();
    assert.match(incident?.message ?? '', /at most 10000 steps/);
    run.resolveIncident(incident?.elementId ?? '');
    assert.deepEqual(
      [run.state.status, run.variables().n, run.completed('count')],
      ['completed', 4000, 4000],
    );
  }).timeout(20_000);

  it('parks every branch that is under way', async () => {
    const loops = 3;
    const model = bpmn('p').startEvent('s').parallelGateway('fork');
    for (let index = 0; index < loops; index++) {
      model.at('fork').exclusiveGateway(`l${index}`).when('=stop != true').connectTo(`l${index}`).otherwise();
      if (index === 0) model.parallelGateway('join').endEvent('e');
      else model.connectTo('join');
    }
    const run = await runOf(model);
    assert.equal(run.incidents().length, loops);
    run.setVariables({ stop: true });
    for (const { elementId } of run.incidentRows()) run.resolveIncident(elementId);
    assert.deepEqual([run.state.status, run.completed('e')], ['completed', 1]);
  }).timeout(20_000);

  it('may fall on any step: a sub-process, its end, a fork, a join, the end of the process', async () => {
    // Each length puts the limit at another step of what follows the loop; a join, whose steps are odd in number, shifts it by one.
    const parked = new Set<string>();
    for (const isOdd of [false, true]) {
      for (let shift = 0; shift < 16; shift++) {
        const [process] = await processesOf(loopThenBlock(shift, isOdd));
        assert.ok(process);
        const state = runToEnd(process, parked);
        assert.deepEqual(
          [state.status, state.elementInstances.get(ROOT_KEY)?.variables],
          ['completed', { n: 1662, passed: true }],
          `shift ${shift}`,
        );
      }
    }
    for (const id of ['sub', 'is', 'fork', 'a', 'join', 'ie', 'last', 'e', 'p'])
      assert.ok(parked.has(id), `Expected the limit to fall on "${id}" once.`);
  }).timeout(30_000);

  it('may fall on the end of the process, whose incident ends with it', () => {
    const process = chainOf(STEP_LIMIT / 2);
    const run = new ProcessRun(process);
    assert.deepEqual(run.incidents(), ['chain: step-limit-exceeded']);
    run.resolveIncident('chain');
    assert.deepEqual([run.state.status, run.rows.size], ['completed', 0]);
    const canceled = new ProcessRun(process);
    canceled.cancel();
    assert.deepEqual([canceled.state.status, canceled.rows.size], ['canceled', 0]);
  }).timeout(20_000);

  it('lets 20,000 tasks in a row be done in a few commands, without recursion', () => {
    const count = 20_000;
    const run = new ProcessRun(chainOf(count));
    let resolves = 0;
    for (; run.state.status === 'active'; resolves++)
      run.resolveIncident(run.incidentRows()[0]?.elementId ?? '');
    assert.equal(run.state.status, 'completed');
    assert.equal(resolves, Math.floor((2 * count) / STEP_LIMIT));
    assert.equal(run.countOf('elementCompleted'), count);
  }).timeout(30_000);
});

function loopThenBlock(shift: number, isOdd: boolean) {
  const model = bpmn('p').startEvent('s');
  for (let index = 0; index < shift; index++) model.task(`shift${index}`);
  if (isOdd) model.parallelGateway('f').task('t').parallelGateway('j').at('f').connectTo('j').at('j');
  return model
    .exclusiveGateway('loop')
    .when('=n < 1662')
    .scriptTask('count', { expression: '=n + 1', resultVariable: 'n' })
    .exclusiveGateway('back')
    .connectTo('loop')
    .at('loop')
    .otherwise()
    .subProcess('sub', (inner) =>
      inner
        .startEvent('is')
        .parallelGateway('fork')
        .task('a')
        .parallelGateway('join')
        .endEvent('ie')
        .at('fork')
        .connectTo('join'),
    )
    .scriptTask('last', { expression: '=true', resultVariable: 'passed' })
    .endEvent('e');
}

/** Starts an instance and resolves the incidents of the step limit until it has ended: without the checks of every command. */
function runToEnd(process: ExecutableProcess, parked: Set<string>): ProcessInstanceState {
  const envelope = { tenantId: 't', actor: 'a', at: 0, hops: 0 };
  const begun = start(process, {
    ...envelope,
    command: { type: 'startProcessInstance', processInstanceId: 'x', variables: { n: 0 } },
  });
  assert.ok(begun.ok);
  let { state } = begun;
  for (let resolves = 0; state.status === 'active'; resolves++) {
    assert.ok(resolves < 5, 'Expected the instance to come to its end.');
    const [key, instance] = state.elementInstances.entries().find(([, { incident }]) => incident) ?? [];
    const elementInstanceKey = Number(key);
    parked.add(instance?.elementId ?? '');
    const incidentKey = instance?.incident?.key ?? NaN;
    const command = { type: 'resolveIncident', elementInstanceKey, incidentKey } as const;
    const next = advance(process, state, { ...envelope, command });
    assert.ok(next.ok);
    ({ state } = next);
  }
  return state;
}

/** A process of abstract tasks one after the other, built by hand: reading so large a file is not what is tried here. */
function chainOf(count: number): ExecutableProcess {
  const outgoings = Array.from({ length: count }, (): SequenceFlow[] => []);
  const nodes = outgoings.map((outgoing, index): FlowNode => ({
    type: 'task',
    id: `t${index}`,
    incoming: [],
    outgoing,
    inputs: [],
    outputs: [],
    boundaryEvents: [],
  }));
  nodes.forEach((source, index) => {
    const target = nodes[index + 1];
    if (target) outgoings[index]?.push({ id: `f${index}`, source, target, isDefault: false });
  });
  return {
    bpmnProcessId: 'chain',
    scope: { initial: nodes.slice(0, 1), startEvents: [], eventSubProcesses: [] },
    hasInclusiveJoins: false,
    hasAdHocSubProcesses: false,
    compensationHandlers: new Map(),
    elements: new Map(nodes.map((node) => [node.id, node])),
  };
}
