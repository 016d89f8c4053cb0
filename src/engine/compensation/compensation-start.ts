import type { FlowNode, StartEvent } from '../process-model.js';

/** The start event of the compensation event sub-process of an element, if it has one (BPMN 2.0.2 §10.7.1). */
export function compensationStart(element: FlowNode): StartEvent | undefined {
  if (!('scope' in element)) return undefined;
  return element.scope.eventSubProcesses.find(({ start }) => start.event.kind === 'compensation')?.start;
}
