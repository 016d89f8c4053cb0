import { partsOf } from '../event-definitions/parts.js';
import type { BoundaryEvent, FlowNode } from '../process-model.js';

/** The cancel boundary event of a transaction, by which it is left when it has been undone (BPMN 2.0.2 §10.3.5). */
export function cancelEventOf(element: FlowNode): BoundaryEvent | undefined {
  const attached = 'boundaryEvents' in element ? element.boundaryEvents : [];
  return attached.find(({ event }) => partsOf(event).some(({ kind }) => kind === 'cancel'));
}
