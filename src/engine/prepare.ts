import { prepareCatch } from './event-definitions/catch.js';
import { evaluate } from './evaluate.js';
import type { Execution } from './execution.js';
import type { Variables } from './json.js';
import { iterationVariables } from './loops/iteration-variables.js';
import { loopOf } from './process-model.js';
import type { FlowNode } from './process-model.js';
import { withValueAt } from './variables.js';

/**
 * Input mappings, the first thing on entering an element. Each sees the results of those before it; done again after an incident, none
 * sees what an earlier attempt had mapped. @throws IncidentError, before anything has happened
 */
export function mapInputs(execution: Execution, element: FlowNode, key: number): void {
  if (element.inputs.length === 0) return;
  const beginning = beginningOf(execution, element, key);
  const variables = inputsOf(execution, element, execution.scopeOf(key), beginning);
  execution.emit({ type: 'inputsMapped', key, variables });
}

/** What the input mappings of an element give, in a scope, on top of what is local before. @throws IncidentError */
export function inputsOf(
  execution: Execution,
  element: FlowNode,
  scope: number,
  beginning: Variables = {},
): Variables {
  let local = beginning;
  for (const { source, target } of element.inputs) {
    local = withValueAt(local, target, evaluate(source, execution.context(scope, local)));
  }
  return local;
}

/**
 * An element behind an event-based gateway is entered when its event has occurred already; its inputs are mapped then.
 * @throws IncidentError, before anything has happened
 */
export function mapInputsOfCaught(execution: Execution, key: number): void {
  const { elementId, variables } = execution.instance(key);
  const element = execution.process.elements.get(elementId);
  if (element?.type !== 'receiveTask' && element?.type !== 'intermediateCatchEvent') return;
  if (variables === undefined) mapInputs(execution, element, key);
}

/** What is local before anything is mapped: an iteration's own variables, or those that its handler remembers. */
function beginningOf(execution: Execution, element: FlowNode, key: number): Variables {
  const { iteration, recalled } = execution.instance(key);
  if (recalled) return recalled;
  const loop = loopOf(element);
  if (iteration === undefined || !loop) return {};
  const { items } = execution.instance(execution.scopeOf(key)).loop ?? {};
  return iterationVariables(loop, iteration, items?.[iteration - 1]);
}

/**
 * BPMN 2.0.2 §13.5.3: boundary events are armed as long as the activity is active, all or none. Once per activation: an event that has
 * occurred is not armed again by an incident. Errors are not waited for; they are thrown to the activity. @throws IncidentError
 */
export function armBoundaryEvents(execution: Execution, element: FlowNode, key: number): void {
  if (!('boundaryEvents' in element)) return;
  const open = element.boundaryEvents.map(({ id, event }) => prepareCatch(execution, key, id, event));
  for (const openWait of open) openWait();
}
