import assert from 'node:assert/strict';
import { partsOf } from '../../src/engine/event-definitions/parts.js';
import type { ProcessEvent } from '../../src/engine/event.js';
import type { ElementScope, ExecutableProcess, FlowNode } from '../../src/engine/process-model.js';
import type { ElementInstance, ProcessInstanceState, Wait } from '../../src/engine/state.js';
import { ROOT_KEY } from '../../src/engine/state.js';
import type { Rows } from './rows.js';

type Open = readonly (readonly [number, ElementInstance])[];

/** What holds for every state at rest, whatever was done before. */
export function assertSoundState(process: ExecutableProcess, state: ProcessInstanceState): void {
  const open = openInstances(state);
  assertTokenCounts(open);
  assertScopes(process, open);
  assertKeys(state, open);
  if (state.status !== 'active') {
    const [root, ...others] = open;
    assert.deepEqual(others, [], `Expected nothing to be open in an instance that is ${state.status}.`);
    assert.equal(root?.[0], ROOT_KEY);
    assert.equal(root?.[1].waits, undefined, 'Expected an ended instance to wait for nothing.');
    assert.equal(root?.[1].incident, undefined, 'Expected an ended instance to have no incident.');
    assert.equal(state.suspended, undefined, 'Expected an ended instance not to be suspended.');
    return;
  }
  if (!state.suspended) assertInclusiveJoinsWait(process, open);
  for (const [key, instance] of open) {
    assertIsHeld(process, state, key, instance);
    if (!state.suspended) assert.equal(instance.postponed, undefined, 'Expected no postponed step.');
  }
}

/** Each wait and incident of the state has exactly one row with the same content, and each row is one of those. */
export function assertRowsMatch(state: ProcessInstanceState, rows: Rows): void {
  const found: Record<string, unknown>[] = [];
  const expected: Record<string, unknown>[] = [];
  for (const [key, { elementId, waits = [], incident }] of openInstances(state)) {
    for (const wait of waits) {
      const row = rowOf(key, elementId, wait);
      if (row) expected.push(row);
    }
    if (incident) {
      const { key: incidentKey, code, message } = incident;
      expected.push({ kind: 'incident', key: incidentKey, host: key, elementId, code, message });
    }
  }
  const add = (kind: string, key: number, row: { elementInstanceKey: number }, more: object = {}) =>
    found.push({ kind, key, host: row.elementInstanceKey, ...more });
  for (const [key, row] of rows.jobs) add('job', key, row, { elementId: row.elementId });
  for (const [key, row] of rows.userTasks) add('userTask', key, row, { elementId: row.elementId });
  for (const [key, row] of rows.calls) add('call', key, row);
  for (const [key, row] of rows.messageSubscriptions) add('message', key, row, { elementId: row.elementId });
  for (const [key, row] of rows.signalSubscriptions) add('signal', key, row, { elementId: row.elementId });
  for (const [key, row] of rows.timers) {
    const { elementId, dueAt, repetitionsLeft } = row;
    add('timer', key, row, {
      elementId,
      dueAt,
      ...(repetitionsLeft === undefined ? {} : { repetitionsLeft }),
    });
  }
  for (const [key, row] of rows.incidents) {
    add('incident', key, row, { elementId: row.elementId, code: row.code, message: row.message });
  }
  const byKey = (a: Record<string, unknown>, b: Record<string, unknown>) => Number(a.key) - Number(b.key);
  assert.deepEqual(
    found.sort(byKey),
    expected.sort(byKey),
    'Expected the rows to be the waits of the state.',
  );
}

function rowOf(host: number, elementId: string, wait: Wait): Record<string, unknown> | undefined {
  const { kind, key } = wait;
  switch (kind) {
    case 'job':
    case 'userTask':
      return { kind, key, host, elementId };
    case 'call':
      return { kind, key, host };
    case 'message':
    case 'signal':
      return { kind, key, host, elementId: wait.eventId };
    case 'conditional':
      return undefined;
    case 'timer': {
      const { dueAt, repetitionsLeft } = wait;
      const left = repetitionsLeft === undefined ? {} : { repetitionsLeft };
      return { kind, key, host, elementId: wait.eventId, dueAt, ...left };
    }
    default:
      return kind satisfies never;
  }
}

export function openInstances(state: ProcessInstanceState): Open {
  return state.elementInstances.entries();
}

/** At rest no token is under way, so that a scope counts exactly the element instances directly inside. */
function assertTokenCounts(open: Open): void {
  const inside = new Map<number, number>();
  for (const [, { scope }] of open) {
    if (scope !== undefined) inside.set(scope, (inside.get(scope) ?? 0) + 1);
  }
  for (const [key, { elementId, tokens = 0 }] of open) {
    const message = `Expected scope ${key} ("${elementId}") to count the element instances inside.`;
    assert.equal(tokens, inside.get(key) ?? 0, message);
  }
}

function assertScopes(process: ExecutableProcess, open: Open): void {
  const byKey = new Map(open);
  for (const [key, { elementId, scope, iteration }] of open) {
    if (key === ROOT_KEY) {
      assert.equal(scope, undefined);
      continue;
    }
    assert.ok(scope !== undefined, `Expected element instance ${key} to be in a scope.`);
    const around = byKey.get(scope);
    assert.ok(around, `Expected the scope ${scope} of "${elementId}" to be open.`);
    if (iteration !== undefined) {
      assert.equal(around.elementId, elementId, 'Expected an iteration in a body of its own element.');
      assertBody(around, iteration);
      continue;
    }
    const parentId = scope === ROOT_KEY ? undefined : around.elementId;
    assert.equal(elementOf(process, elementId).parentId, parentId, `Expected "${elementId}" in its scope.`);
  }
}

/** Every iteration that was started is open, has completed or was canceled, and none was started that was not planned. */
function assertBody({ elementId, loop, tokens = 0 }: ElementInstance, iteration: number): void {
  assert.ok(loop, `Expected the scope of an iteration of "${elementId}" to be a body.`);
  const { started, completed, terminated = 0, total = started } = loop;
  assert.equal(tokens + completed + terminated, started, `Expected "${elementId}" to count its iterations.`);
  assert.ok(iteration <= started && started <= total, `Expected iteration ${iteration} to be planned.`);
}

/**
 * BPMN 2.0.2 table 13.3: while tokens wait at an inclusive gateway there is a token elsewhere that can come to a flow without one, and to
 * none that has one. Paths are followed forwards from the token, independently of how the engine finds them.
 */
function assertInclusiveJoinsWait(process: ExecutableProcess, open: Open): void {
  const waiting = open.filter(
    ([, { elementId, arrived, incident }]) =>
      arrived && !incident && process.elements.get(elementId)?.type === 'inclusiveGateway',
  );
  for (const [key, { elementId, scope, arrived = [] }] of waiting) {
    const isOldest = !waiting.some(
      ([other, at]) => other < key && at.elementId === elementId && at.scope === scope,
    );
    if (!isOldest) continue;
    const gateway = elementOf(process, elementId);
    const holdsUp = open.some(([, token]) => {
      if (token.scope !== scope || token.elementId === elementId) return false;
      const flows = flowsReached(elementOf(process, token.elementId), gateway);
      return flows.size > 0 && !arrived.some((flow) => flows.has(flow));
    });
    assert.ok(holdsUp, `Expected inclusive gateway "${elementId}" (${key}) not to wait any longer.`);
  }
}

/** The incoming flows of a gateway that a token at an element can come to without passing the gateway. */
function flowsReached(from: FlowNode, gateway: FlowNode): ReadonlySet<string> {
  const reached = new Set<string>();
  const visited = new Set<FlowNode>([gateway]);
  const visit = (node: FlowNode) => {
    if (visited.has(node)) return;
    visited.add(node);
    for (const flow of node.outgoing) {
      if (flow.target === gateway) reached.add(flow.id);
      visit(flow.target);
    }
    if ('boundaryEvents' in node) node.boundaryEvents.forEach(visit);
  };
  visit(from);
  return reached;
}

function assertKeys(state: ProcessInstanceState, open: Open): void {
  const keys = open.flatMap(([key, { waits = [], incident }]) => [
    key,
    ...waits.map((wait) => wait.key),
    ...(incident ? [incident.key] : []),
  ]);
  assert.equal(new Set(keys).size, keys.length, `Expected no key twice but found ${keys.join(', ')}.`);
  assert.ok(Math.max(...keys) <= state.lastKey, 'Expected every key to come from the counter.');
}

/** Nothing is open without a reason that can be seen: a wait of its own, an incident, tokens inside, or a join that waits. */
function assertIsHeld(
  process: ExecutableProcess,
  state: ProcessInstanceState,
  key: number,
  instance: ElementInstance,
): void {
  const { elementId, scope = ROOT_KEY, waits = [], incident, postponed, tokens = 0, arrived = [] } = instance;
  const { compensating, reopened, canceling } = instance;
  if (key === ROOT_KEY) {
    assert.ok(tokens > 0 || incident || postponed, 'Expected an active instance to have a token.');
    assertEventSubProcessesArmed(process.scope, state, key);
    return;
  }
  const element = elementOf(process, elementId);
  const attached = 'boundaryEvents' in element ? element.boundaryEvents.map(({ id }) => id) : [];
  const starts = 'scope' in element ? element.scope.eventSubProcesses.map(({ start }) => start.id) : [];
  const own = waits.filter((wait) => !('eventId' in wait && [...attached, ...starts].includes(wait.eventId)));
  const quantity = 'startQuantity' in element ? element.startQuantity : undefined;
  const isGathering =
    arrived.length > 0 && (arrived.length < (quantity ?? 1) || isHeldBack(process, state, scope, element));
  const isJoining =
    isGathering ||
    (arrived.length > 0 && /Gateway$/.test(element.type) && arrived.length < element.incoming.length);
  const around = state.elementInstances.get(scope);
  const isHeldUp = (around?.incident ?? around?.postponed) !== undefined && element.type === 'startEvent';
  const isStopped = incident !== undefined || postponed !== undefined;
  const isForPerformer = element.type === 'adHocSubProcess' && !instance.loop;
  const reasons = [
    own.length > 0,
    isStopped,
    tokens > 0,
    isJoining,
    isHeldUp,
    isForPerformer,
    compensating !== undefined,
  ];
  assert.ok(reasons.some(Boolean), `Expected "${elementId}" (${key}) to wait for something but it does not.`);
  if (quantity === undefined)
    assert.equal(new Set(arrived).size, arrived.length, `Expected one token a flow at join "${elementId}".`);
  if (isGathering) {
    assert.deepEqual(waits, [], `Expected "${elementId}" (${key}) to wait for nothing but tokens.`);
    return;
  }
  if (reopened || canceling) {
    assert.deepEqual(waits, [], `Expected "${elementId}" (${key}) not to wait for anything any more.`);
    return;
  }
  if (instance.iteration === undefined) assertArmed(element, waits, postponed ?? incident?.step);
  if ('scope' in element && !instance.loop) assertEventSubProcessesArmed(element.scope, state, key);
}

/** Whether it waits for its turn in a sequential ad-hoc sub-process, in which another activity is active. */
function isHeldBack(
  process: ExecutableProcess,
  state: ProcessInstanceState,
  scope: number,
  element: FlowNode,
): boolean {
  const around = process.elements.get(state.elementInstances.get(scope)?.elementId ?? '');
  if (
    around?.type !== 'adHocSubProcess' ||
    around.ordering !== 'sequential' ||
    !('boundaryEvents' in element)
  )
    return false;
  return openInstances(state).some(
    ([, { elementId, scope: place, arrived }]) =>
      place === scope && arrived === undefined && 'boundaryEvents' in elementOf(process, elementId),
  );
}

/** BPMN 2.0.2 §13.5.4: what does not fire once and for all is armed exactly once, until the scope is interrupted. */
function assertEventSubProcessesArmed(scope: ElementScope, state: ProcessInstanceState, key: number): void {
  const { waits = [], incident, postponed, interrupted } = state.elementInstances.get(key) ?? {};
  const hasNotBegun =
    (postponed !== undefined && postponed !== 'complete') ||
    incident?.step === 'activate' ||
    incident?.step === 'perform' ||
    state.elementInstances.values().some((inner) => inner.scope === key && inner.starts);
  for (const { start } of scope.eventSubProcesses) {
    const armed = waits.filter((wait) => 'eventId' in wait && wait.eventId === start.id).length;
    const most = partsOf(start.event).length;
    assert.ok(armed <= most, `Expected start event "${start.id}" to be armed once but found ${armed}.`);
    if (interrupted)
      assert.equal(armed, 0, `Expected "${start.id}" in an interrupted scope not to be armed.`);
    const { kind } = start.event;
    const isLasting = kind === 'message' || kind === 'signal' || (kind === 'timer' && start.interrupting);
    if (isLasting && !interrupted && !hasNotBegun)
      assert.equal(armed, 1, `Expected start event "${start.id}" to be armed.`);
  }
}

/** BPMN 2.0.2 §13.5.3: what does not fire once and for all is armed exactly once as long as the activity is active. */
function assertArmed(element: FlowNode, waits: readonly Wait[], step: string | undefined): void {
  if (!('boundaryEvents' in element)) return;
  for (const { id, event, interrupting } of element.boundaryEvents) {
    partsOf(event).forEach(({ kind }, part) => {
      const armed = waits.filter(
        (wait) => 'eventId' in wait && wait.eventId === id && (wait.part ?? 0) === part,
      ).length;
      assert.ok(armed <= 1, `Expected boundary event "${id}" to be armed once but found ${armed}.`);
      const isParallel = event.kind === 'multiple' && event.parallel;
      const isLasting = kind === 'message' || kind === 'signal' || (kind === 'timer' && interrupting);
      if (isLasting && !(isParallel && interrupting) && step !== 'activate')
        assert.equal(armed, 1, `Expected boundary event "${id}" to be armed.`);
    });
  }
}

function elementOf(process: ExecutableProcess, elementId: string): FlowNode {
  const element = process.elements.get(elementId);
  assert.ok(element, `Expected "${elementId}" in the model.`);
  return element;
}

/**
 * Counts tokens by the events alone, independently of the state: a token that is put on a flow is taken from it once, every element
 * instance ends once, and nothing ends with tokens inside.
 */
export class TokenLedger {
  private readonly open = new Map<number, { elementId: string; scope: number; isBody: boolean }>();
  private readonly onFlows = new Map<string, number>();
  /** Of activities that are done several times the iterations, not their bodies. */
  readonly ended: { elementId: string; key: number; how: 'completed' | 'canceled' }[] = [];
  readonly activated: string[] = [];

  follow(event: ProcessEvent): void {
    switch (event.type) {
      case 'elementActivated':
        if (!event.body) this.activated.push(event.elementId);
        if (event.flowId !== undefined) this.move(event.scope, event.flowId, -1);
        this.open.set(event.key, {
          elementId: event.elementId,
          scope: event.scope,
          isBody: event.body !== undefined,
        });
        return;
      case 'tokenArrived':
        return this.move(this.instance(event.key).scope, event.flowId, -1);
      case 'elementCompleted': {
        const { scope } = this.end(event.key, 'completed');
        for (const flowId of event.flows) this.move(scope, flowId, 1);
        return;
      }
      case 'elementCanceled':
        this.end(event.key, 'canceled');
        return;
      case 'scopeReopened':
        this.open.set(event.key, { elementId: event.elementId, scope: event.scope, isBody: false });
        return;
      case 'scopeClosed':
        // It has ended before, and has not begun anew.
        this.end(event.key, 'canceled');
        this.ended.pop();
        return;
      case 'tokenPlaced':
        return this.move(event.key, event.flowId, 1);
      case 'tokensDropped':
        for (const flowId of event.flows) this.move(event.key, flowId, -1);
        return;
      default:
        return;
    }
  }

  /** At rest: no token on a flow, and exactly the element instances of the state are open. */
  assertAtRest(state: ProcessInstanceState): void {
    assert.deepEqual([...this.onFlows], [], 'Expected no token to be left on a sequence flow.');
    const open = openInstances(state).flatMap(([key]) => (key === ROOT_KEY ? [] : [key]));
    assert.deepEqual(
      [...this.open.keys()].sort((a, b) => a - b),
      open,
    );
  }

  private instance(key: number): { elementId: string; scope: number; isBody: boolean } {
    const found = this.open.get(key);
    assert.ok(found, `Expected element instance ${key} to be open.`);
    return found;
  }

  private end(key: number, how: 'completed' | 'canceled'): { scope: number } {
    const { elementId, scope, isBody } = this.instance(key);
    this.open.delete(key);
    for (const [flow] of this.onFlows) {
      if (!flow.startsWith(`${key}:`)) continue;
      assert.equal(how, 'canceled', `Expected no token on flow ${flow} of a scope that completes.`);
      this.onFlows.delete(flow);
    }
    for (const inner of this.open.values()) {
      assert.notEqual(inner.scope, key, `Expected "${inner.elementId}" to end before the scope around it.`);
    }
    if (!isBody) this.ended.push({ elementId, key, how });
    return { scope };
  }

  private move(scope: number, flowId: string, change: 1 | -1): void {
    const flow = `${scope}:${flowId}`;
    const left = (this.onFlows.get(flow) ?? 0) + change;
    assert.ok(left >= 0, `Expected a token on flow ${flow} to be taken but there is none.`);
    if (left === 0) this.onFlows.delete(flow);
    else this.onFlows.set(flow, left);
  }
}
