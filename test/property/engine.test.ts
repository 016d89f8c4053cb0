import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { CommandType } from '../../src/engine/command.js';
import type { ElementType } from '../../src/engine/process-model.js';
import type { ProcessBuilder } from '../support/bpmn-builder.js';
import { ProcessRun, processesOf } from '../engine/process-run.js';
import { blockArbitrary, expectedActivations, processOf, processStartedBy } from './block.js';
import { disturb, drain, shownCommands } from './driver.js';
import { graphArbitrary, processOfGraph } from './graph.js';

const seed = process.env.SEED === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(process.env.SEED);
const runs = Number(process.env.PROPERTY_RUNS ?? 150);

/** How often a command may be needed to bring an instance to rest: loops go on as long as `n` says. */
const DRAIN_COMMANDS_MAX = 150;

const elementTypes = {
  startEvent: 0,
  endEvent: 0,
  intermediateCatchEvent: 0,
  intermediateThrowEvent: 0,
  boundaryEvent: 0,
  task: 0,
  manualTask: 0,
  userTask: 0,
  serviceTask: 0,
  sendTask: 0,
  scriptTask: 0,
  businessRuleTask: 0,
  receiveTask: 0,
  exclusiveGateway: 0,
  parallelGateway: 0,
  inclusiveGateway: 0,
  eventBasedGateway: 0,
  subProcess: 0,
  adHocSubProcess: 0,
  transaction: 0,
  callActivity: 0,
} satisfies Record<ElementType, number>;

const commandTypes = {
  startProcessInstance: 0,
  cancelProcessInstance: 0,
  suspendProcessInstance: 0,
  resumeProcessInstance: 0,
  modifyProcessInstance: 0,
  migrateProcessInstance: 0,
  setVariables: 0,
  completeJob: 0,
  throwJobError: 0,
  exhaustJob: 0,
  completeUserTask: 0,
  throwUserTaskError: 0,
  throwJobEscalation: 0,
  throwUserTaskEscalation: 0,
  escalateCall: 0,
  triggerTimer: 0,
  correlateMessage: 0,
  triggerSignal: 0,
  endCall: 0,
  failCall: 0,
  resolveIncident: 0,
  activateElements: 0,
} satisfies Record<CommandType, number>;

/** How often something must have been used at least, in a run of any length. */
const USES_MIN = 3;
const FURTHER_ROUNDS_MAX = 20;

function isAnyShort(): boolean {
  return Object.values({ ...elementTypes, ...commandTypes }).some((count) => count < USES_MIN);
}

describe(`engine, random processes (SEED=${seed})`, function () {
  this.timeout(Math.max(30_000, runs * 2_000));
  const parameters = { seed, numRuns: runs, endOnFailure: false };
  const choices = fc.array(fc.nat(10_000), { maxLength: 40 });

  it('keeps its promises after every command, in block-structured processes', async () => {
    await fc.assert(
      fc.asyncProperty(blockArbitrary(true), choices, async (block, chosen) => {
        await withProcess(processOf(block), (run) => {
          disturb(run, chosen);
          if (!drain(run, DRAIN_COMMANDS_MAX)) run.cancel();
        });
      }),
      parameters,
    );
  });

  it('keeps its promises after every command, in processes without structure', async () => {
    await fc.assert(
      fc.asyncProperty(graphArbitrary, choices, async (graph, chosen) => {
        await withProcess(processOfGraph(graph), (run) => {
          disturb(run, chosen);
          if (!drain(run, DRAIN_COMMANDS_MAX) || run.state.status === 'active') run.cancel();
          assert.equal(run.rows.size, 0);
        });
      }),
      parameters,
    );
  });

  it('keeps its promises where several triggers start the process together, or one after the other', async () => {
    const kinds = fc.constantFrom('group' as const, 'gathered' as const);
    await fc.assert(
      fc.asyncProperty(kinds, blockArbitrary(true), choices, async (kind, block, chosen) => {
        await withProcess(
          processStartedBy(kind, block),
          (run) => {
            assert.equal(run.activated('second'), kind === 'group' ? 1 : 0);
            disturb(run, chosen);
            if (!drain(run, DRAIN_COMMANDS_MAX)) run.cancel();
          },
          'first',
        );
      }),
      { ...parameters, numRuns: Math.ceil(runs / 3) },
    );
  });

  it('does every block as often as the structure says, in any order', async () => {
    await fc.assert(
      fc.asyncProperty(
        blockArbitrary(false),
        fc.array(fc.nat(1000), { maxLength: 100 }),
        async (block, order) => {
          await withProcess(processOf(block), (run) => {
            completeInOrder(run, order);
            assert.equal(run.state.status, 'completed');
            const found = new Map([...run.process.elements.keys()].map((id) => [id, run.activated(id)]));
            const expected = expectedActivations(block);
            for (const [id, count] of found) assert.equal(count, expected.get(id) ?? 0, id);
          });
        },
      ),
      parameters,
    );
  });

  it('has used every element and every command', async () => {
    // What chance has left out so far is looked for in further processes, with seeds that follow from the first.
    for (let more = 1; more <= FURTHER_ROUNDS_MAX && isAnyShort(); more++) {
      const property = fc.asyncProperty(blockArbitrary(true), choices, async (block, chosen) => {
        await withProcess(processOf(block), (run) => {
          disturb(run, chosen);
          if (!drain(run, DRAIN_COMMANDS_MAX)) run.cancel();
        });
      });
      await fc.assert(property, { ...parameters, seed: seed + more, numRuns: 50 });
    }
    for (const [name, count] of Object.entries({ ...elementTypes, ...commandTypes })) {
      assert.ok(
        count >= USES_MIN,
        `Expected ${name} to be used ${USES_MIN} times or more but found ${count}.`,
      );
    }
  });
});

/** Without trouble nothing changes `n`: whatever is completed, in whichever order, the same elements are passed. */
function completeInOrder(run: ProcessRun, order: readonly number[]): void {
  for (let index = 0; run.state.status === 'active'; index++) {
    assert.ok(index < 500, 'Expected the instance to come to its end.');
    const { jobs, userTasks, calls, timers, messageSubscriptions, signalSubscriptions } = run.rows;
    const waits = [
      ...jobs,
      ...userTasks,
      ...calls,
      ...timers,
      ...messageSubscriptions,
      ...signalSubscriptions,
    ];
    assert.ok(waits.length > 0, `Expected something to wait but ${run.active().join(', ')} do not.`);
    const wait = waits[(order[index] ?? 0) % waits.length];
    assert.ok(wait);
    const [waitKey, { elementInstanceKey }] = wait;
    const named = { elementInstanceKey, waitKey };
    if (jobs.has(waitKey)) run.send({ type: 'completeJob', ...named, variables: {} });
    else if (userTasks.has(waitKey)) run.send({ type: 'completeUserTask', ...named, variables: {} });
    else if (calls.has(waitKey))
      run.send({ type: 'endCall', ...named, outcome: { kind: 'completed', variables: {} } });
    else if (timers.has(waitKey)) run.send({ type: 'triggerTimer', ...named });
    else if (messageSubscriptions.has(waitKey))
      run.send({ type: 'correlateMessage', ...named, messageName: 'm', variables: {} });
    else run.send({ type: 'triggerSignal', ...named, signalName: 'sg', variables: {} });
  }
}

/** Runs a model; what goes wrong is told with the model and the commands that led there. */
async function withProcess(
  model: ProcessBuilder,
  act: (run: ProcessRun) => void,
  startElementId?: string,
): Promise<void> {
  const [definition] = await processesOf(model);
  assert.ok(definition);
  let run: ProcessRun | undefined;
  try {
    const chosen = startElementId === undefined ? {} : { startElementId };
    run = new ProcessRun(definition, { variables: { n: 0 }, ...chosen });
    act(run);
  } catch (error) {
    const commands = run === undefined ? 'none: it could not be started' : shownCommands(run.attempted);
    throw new Error(`Failed after these commands:\n${commands}\nin this model:\n${model.toXml()}`, {
      cause: error,
    });
  }
  for (const id of run.ledger.activated) {
    const type = run.process.elements.get(id)?.type;
    if (type) elementTypes[type]++;
  }
  commandTypes.startProcessInstance++;
  for (const { type } of run.attempted) commandTypes[type]++;
}
