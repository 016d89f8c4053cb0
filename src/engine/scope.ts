import { cancelInside, closeWaits } from './cancel.js';
import { prepareCatch } from './event-definitions/catch.js';
import type { Execution } from './execution.js';
import type { Variables } from './json.js';
import type { ElementScope, StartEvent } from './process-model.js';
import type { EventWait } from './state.js';
import { ROOT_KEY } from './state.js';

const noScope: ElementScope = { initial: [], startEvents: [], eventSubProcesses: [] };

/** What the element of an open element instance contains: the process itself, or a sub-process of any kind, of which each iteration has its own. */
export function contentOf(execution: Execution, key: number): ElementScope {
  if (key === ROOT_KEY) return execution.process.scope;
  const { elementId, loop } = execution.instance(key);
  if (loop) return noScope;
  const element = execution.element(elementId);
  return 'scope' in element ? element.scope : noScope;
}

/** A scope has become active: its event sub-processes are armed, then it is filled with tokens. @throws IncidentError */
export function fillScope(execution: Execution, key: number): void {
  const { initial } = contentOf(execution, key);
  const arm = prepareEventSubProcesses(execution, key);
  arm();
  for (const element of initial) execution.appear(element, key);
  if (initial.length === 0) execution.complete(key);
}

/**
 * BPMN 2.0.2 §13.5.4: event sub-processes are armed as long as the scope around them is active, all or none; the scope's own element
 * instance holds their waits. `overlay`: variables that are about to be written. @throws IncidentError
 */
export function prepareEventSubProcesses(execution: Execution, key: number, overlay?: Variables): () => void {
  const open = contentOf(execution, key).eventSubProcesses.map(({ start }) =>
    prepareCatch(execution, key, start.id, start.event, overlay),
  );
  return () => {
    for (const openWait of open) openWait();
  };
}

/**
 * The start event of an event sub-process has occurred in the scope around it. An interrupting one terminates everything else in
 * the scope and disarms the scope's other event sub-processes (BPMN 2.0.2 §13.5.4).
 */
export function startEventSubProcess(
  execution: Execution,
  scope: number,
  start: StartEvent,
  variables: Variables,
): void {
  // The scope is at work again: what it could not complete with is not what holds it now.
  execution.resolveOpenIncident(scope);
  if (start.interrupting) interruptScope(execution, scope);
  const subProcess = execution.element(start.parentId ?? '');
  const key = execution.open(subProcess, scope);
  execution.open(start, key, { occurred: variables, starts: true });
  execution.activate(key);
}

/** Terminates everything in a scope, whose event sub-processes cannot start any more; with `all`, its boundary events cannot either. */
export function interruptScope(
  execution: Execution,
  scope: number,
  disarmed: 'starts' | 'all' = 'starts',
): void {
  cancelInside(execution, scope);
  const instance = execution.instance(scope);
  const startIds = new Set(contentOf(execution, scope).eventSubProcesses.map(({ start }) => start.id));
  const waits = (instance.waits ?? []).filter(
    (wait): wait is EventWait => 'eventId' in wait && (disarmed === 'all' || startIds.has(wait.eventId)),
  );
  closeWaits(execution, scope, { elementId: instance.elementId, waits });
  execution.emit({ type: 'scopeInterrupted', key: scope, disarmed: waits.map(({ key }) => key) });
}
