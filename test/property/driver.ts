import assert from 'node:assert/strict';
import type { Command } from '../../src/engine/command.js';
import type { InstanceCommand } from '../../src/engine/commands/registry.js';
import { ROOT_KEY } from '../../src/engine/state.js';
import type { ProcessRun } from '../engine/process-run.js';

/** What could be done to an instance now, in a fixed order: completing first, then trouble. */
function possibleCommands(run: ProcessRun, n: number): readonly InstanceCommand[] {
  const variables = { n, [`v${n % 3}`]: n };
  return [...completions(run, variables), ...troubles(run, n, variables)];
}

type Variables = Readonly<Record<string, number>>;

function completions(run: ProcessRun, variables: Variables): readonly InstanceCommand[] {
  const { rows } = run;
  return [
    ...[...rows.jobs.values()].map(
      ({ elementInstanceKey, jobKey: waitKey }) =>
        ({ type: 'completeJob', elementInstanceKey, waitKey, variables }) as const,
    ),
    ...[...rows.userTasks.values()].map(
      ({ elementInstanceKey, userTaskKey: waitKey }) =>
        ({ type: 'completeUserTask', elementInstanceKey, waitKey, variables }) as const,
    ),
    ...[...rows.calls.values()].map(
      ({ elementInstanceKey, callKey: waitKey }) =>
        ({
          type: 'endCall',
          elementInstanceKey,
          waitKey,
          outcome: { kind: 'completed', variables },
        }) as const,
    ),
    ...[...rows.messageSubscriptions.values()].map(
      ({ elementInstanceKey, subscriptionKey: waitKey, messageName }) =>
        ({ type: 'correlateMessage', elementInstanceKey, waitKey, messageName, variables }) as const,
    ),
    ...[...rows.signalSubscriptions.values()].map(
      ({ elementInstanceKey, subscriptionKey: waitKey, signalName }) =>
        ({ type: 'triggerSignal', elementInstanceKey, waitKey, signalName, variables }) as const,
    ),
    ...[...rows.timers.values()].map(
      ({ elementInstanceKey, timerKey: waitKey }) =>
        ({ type: 'triggerTimer', elementInstanceKey, waitKey }) as const,
    ),
    ...[...rows.incidents.values()].map(
      ({ elementInstanceKey, incidentKey }) =>
        ({ type: 'resolveIncident', elementInstanceKey, incidentKey }) as const,
    ),
    ...choices(run, 0),
    ...(holdsAtCondition(run) ? [{ type: 'setVariables', variables } as const] : []),
  ];
}

/** What the performers of ad-hoc sub-processes in which so many elements are active at most could choose. */
function choices({ state, process }: ProcessRun, activeMax: number): readonly InstanceCommand[] {
  return state.elementInstances.entries().flatMap(([key, { elementId, loop, tokens = 0, incident }]) => {
    const element = process.elements.get(elementId);
    if (element?.type !== 'adHocSubProcess' || loop || incident || tokens > activeMax) return [];
    const elementIds = element.scope.initial.slice(0, 1 + (state.lastKey % 2)).map(({ id }) => id);
    return [{ type: 'activateElements', elementInstanceKey: key, elementIds, variables: { chosen: 1 } }];
  });
}

/** Whether a token waits for a condition. */
function holdsAtCondition({ state, process }: ProcessRun): boolean {
  const waits = state.elementInstances.values().flatMap((instance) => instance.waits ?? []);
  return waits.some(
    (wait) =>
      wait.kind === 'conditional' && process.elements.get(wait.eventId)?.type === 'intermediateCatchEvent',
  );
}

function troubles(run: ProcessRun, n: number, variables: Variables): readonly InstanceCommand[] {
  const { rows, state } = run;
  const errorCode = ['E1', 'E2', 'unheard-of'][n % 3] ?? 'E1';
  const escalation = { escalationCode: errorCode, variables };
  const open = state.elementInstances.keys();
  return [
    ...[...rows.jobs.values()].flatMap(({ elementInstanceKey, jobKey: waitKey }): InstanceCommand[] => [
      { type: 'exhaustJob', elementInstanceKey, waitKey, errorMessage: 'down' },
      { type: 'throwJobError', elementInstanceKey, waitKey, errorCode, variables },
      { type: 'throwJobEscalation', elementInstanceKey, waitKey, ...escalation },
    ]),
    ...[...rows.userTasks.values()].flatMap(
      ({ elementInstanceKey, userTaskKey: waitKey }): InstanceCommand[] => [
        { type: 'throwUserTaskError', elementInstanceKey, waitKey, errorCode, variables },
        { type: 'throwUserTaskEscalation', elementInstanceKey, waitKey, ...escalation },
      ],
    ),
    ...[...rows.calls.values()].flatMap(({ elementInstanceKey, callKey: waitKey }): InstanceCommand[] => [
      { type: 'endCall', elementInstanceKey, waitKey, outcome: { kind: 'canceled' } },
      { type: 'endCall', elementInstanceKey, waitKey, outcome: { kind: 'error', errorCode, variables } },
      {
        type: 'escalateCall',
        elementInstanceKey,
        waitKey,
        escalations: [escalation, escalation].slice(n % 2),
      },
      {
        type: 'endCall',
        elementInstanceKey,
        waitKey,
        outcome: { kind: 'escalation' },
        escalations: [escalation],
      },
      {
        type: 'failCall',
        elementInstanceKey,
        waitKey,
        code: 'called-process-not-found',
        message: 'not deployed',
      },
    ]),
    { type: 'setVariables', scopeKey: open[n % open.length] ?? ROOT_KEY, variables },
    ...choices(run, Infinity),
    { type: 'setVariables', variables },
    modification(run, n),
    { type: state.suspended ? 'resumeProcessInstance' : 'suspendProcessInstance' },
    ...(n % 7 === 0 ? [{ type: 'cancelProcessInstance' } as const] : []),
  ];
}

/** Going on by the very same model changes nothing. */
function assertStaysAsItIs(run: ProcessRun): void {
  const { elementInstances } = run.state;
  const migrated = run.migrateTo(run.process);
  assert.ok(migrated.ok, 'Expected a migration to the same model to be possible.');
  assert.deepEqual(run.state.elementInstances, elementInstances);
}

/** Some tokens put and taken away by hand; many of these cannot be done. */
function modification({ process, state }: ProcessRun, n: number): InstanceCommand {
  const ids = [...process.elements.keys()];
  const open = state.elementInstances
    .keys()

    .filter((key) => key !== ROOT_KEY);
  const elementId = ids[(n * 7 + state.lastKey) % ids.length] ?? '';
  const toElementId = ids[(n * 5 + state.lastKey) % ids.length] ?? '';
  const key = open[(n * 3 + state.lastKey) % open.length] ?? ROOT_KEY;
  return {
    type: 'modifyProcessInstance',
    activate: n % 3 === 0 ? [{ elementId, variables: { modified: n } }] : [],
    cancel: n % 5 === 1 ? [{ key }] : [],
    move:
      n % 3 === 1
        ? [{ from: { key }, toElementId }]
        : n % 3 === 2
          ? [{ from: { elementId }, toElementId }]
          : [],
  };
}

/** Sends random commands, late ones among them, which must be rejected or fit what waits now. */
export function disturb(run: ProcessRun, choices: readonly number[]): void {
  const earlier: InstanceCommand[] = [];
  for (const choice of choices) {
    if (run.state.status !== 'active') return assertNothingFits(run, earlier);
    run.now += (choice % 5) * 600_000;
    if (choice % 11 === 0) assertStaysAsItIs(run);
    const late = earlier[choice % 13];
    if (late) {
      run.try(late);
      continue;
    }
    const commands = possibleCommands(run, choice % 12);
    const command = commands[Math.floor(choice / 12) % commands.length];
    if (!command) continue;
    run.try(command);
    earlier.push(command);
  }
}

function assertNothingFits(run: ProcessRun, earlier: readonly InstanceCommand[]): void {
  for (const command of earlier.slice(-3)) run.rejects(command, 'invalid-state');
}

/**
 * Completes whatever waits, the oldest first, until nothing is left to do or the bound is reached.
 * @returns whether the instance came to its end or to joins that starve
 */
export function drain(run: ProcessRun, commandsMax: number, n = 1): boolean {
  for (let count = 0; count < commandsMax; count++) {
    if (run.state.status !== 'active') return true;
    if (run.state.suspended) run.send({ type: 'resumeProcessInstance' });
    if (run.state.status !== 'active') return true;
    const [command] = completions(run, { n: n + count });
    if (!command) {
      assertOnlyStarvedJoins(run);
      return true;
    }
    run.try(command);
  }
  return false;
}

/** What is active without anything that could be done must be a token at a join, or at an activity that needs several. */
function assertOnlyStarvedJoins(run: ProcessRun): void {
  for (const id of run.active()) {
    const element = run.process.elements.get(id);
    if (element && 'startQuantity' in element) continue;
    assert.match(
      element?.type ?? '',
      /^(parallel|inclusive)Gateway$/,
      `Expected ${id} to wait for something.`,
    );
  }
}

/** The commands as they can be read, one a line. */
export function shownCommands(commands: readonly Command[]): string {
  return commands.map((command) => JSON.stringify(command)).join('\n');
}
