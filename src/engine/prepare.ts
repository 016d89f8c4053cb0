import { prepareCatch } from './event-definitions/catch.js';
import { evaluate } from './evaluate.js';
import type { Execution } from './execution.js';
import type { Variables } from './json.js';
import type { FlowNode } from './process-model.js';
import { withValueAt } from './variables.js';

/**
 * What comes before an element's own behaviour: input mappings, then its boundary events are armed. Everything is evaluated
 * before anything happens, and can be done again after an incident.
 */
export function prepare(execution: Execution, element: FlowNode, key: number): void {
  mapInputs(execution, element, key);
  if ('boundaryEvents' in element) armBoundaryEvents(execution, element.boundaryEvents, key);
}

/** Each mapping sees the results of those before it; none sees what an earlier attempt had mapped. */
function mapInputs(execution: Execution, element: FlowNode, key: number): void {
  if (element.inputs.length === 0) return;
  let local: Variables = {};
  for (const { source, target } of element.inputs) {
    local = withValueAt(local, target, evaluate(source, execution.context(execution.scopeOf(key), local)));
  }
  execution.emit({ type: 'inputsMapped', key, variables: local });
}

/** BPMN 2.0.2 §13.5.3: armed as long as the activity is active. Errors are not waited for; they are thrown to it. */
function armBoundaryEvents(
  execution: Execution,
  boundaryEvents: Extract<FlowNode, { type: 'task' }>['boundaryEvents'],
  key: number,
): void {
  const armed = execution.instance(key).waits ?? [];
  const open = boundaryEvents
    .filter(({ id }) => !armed.some((wait) => 'eventId' in wait && wait.eventId === id))
    .map(({ id, event }) => prepareCatch(execution, key, id, event));
  for (const openWait of open) openWait();
}
