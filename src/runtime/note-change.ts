import type { Variables } from '../engine/json.js';
import type { ProcessInstanceState } from '../engine/state.js';
import { ROOT_KEY } from '../engine/state.js';
import { asJson, type AuditedState } from './audit.js';
import { idOf } from './ids.js';
import type { ProcessInstanceRow, UserTaskRow } from './ports.js';
import type { Unit } from './unit.js';

/** Element instances that one entry of the audit log names before, and after; of the others it tells how many there are. */
const elementInstancesNamed = 100;

interface More {
  readonly before?: AuditedState;
  readonly after?: AuditedState;
}

/** Notes what becomes of a process instance, and what else is changed with it. Undefined after: it is gone. */
export function noteInstance(
  { audit }: Unit,
  before: ProcessInstanceRow,
  after: ProcessInstanceRow | undefined,
  more: More = {},
): void {
  audit.change(
    { ...instanceState(before), ...more.before },
    after && { ...instanceState(after), ...more.after },
  );
}

/** As {@link noteInstance}, with the element instances that have ended, and those that have begun and are open. */
export function noteTokens(
  unit: Unit,
  before: ProcessInstanceRow,
  after: ProcessInstanceRow,
  instructions: object,
): void {
  noteInstance(unit, before, after, {
    before: openOnlyIn(before.state, after.state),
    after: { ...openOnlyIn(after.state, before.state), instructions: asJson(instructions) },
  });
}

/** Notes variables that a scope is given, with the values that it had. */
export function noteVariables(
  { audit }: Unit,
  { state }: ProcessInstanceRow,
  scopeKey: number,
  variables: Variables,
): void {
  const own = state.elementInstances.get(scopeKey)?.variables ?? {};
  const names = Object.keys(variables).filter((name) => Object.hasOwn(own, name));
  const scope: AuditedState =
    scopeKey === ROOT_KEY ? {} : { scopeElementInstanceId: idOf(state.processInstanceId, scopeKey) };
  const before = asJson(Object.fromEntries(names.map((name) => [name, own[name]])));
  audit.change({ ...scope, variables: before }, { ...scope, variables });
}

/** Notes who may do a user task, and when it is due. */
export function noteUserTask({ audit }: Unit, before: UserTaskRow, after: UserTaskRow): void {
  audit.change(taskState(before), taskState(after));
}

function taskState(task: UserTaskRow): AuditedState {
  const { assignee, candidateGroups, candidateUsers, dueAt, followUpAt, priority } = task;
  return asJson({ assignee, candidateGroups, candidateUsers, dueAt, followUpAt, priority });
}

function instanceState({ state, processDefinitionId, bpmnProcessId, version }: ProcessInstanceRow) {
  const { status, suspended = false } = state;
  return { state: status, suspended, processDefinitionId, bpmnProcessId, version };
}

function openOnlyIn(
  { processInstanceId, elementInstances }: ProcessInstanceState,
  other: ProcessInstanceState,
): AuditedState {
  const only = [...elementInstances.entries()].filter(
    ([key]) => key !== ROOT_KEY && !other.elementInstances.has(key),
  );
  const named = only.slice(0, elementInstancesNamed).map(([key, { elementId }]) => ({
    elementInstanceId: idOf(processInstanceId, key),
    elementId,
  }));
  const more = only.length - named.length;
  return { elementInstances: named, ...(more === 0 ? {} : { moreElementInstances: more }) };
}
