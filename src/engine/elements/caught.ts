import type { Execution } from '../execution.js';
import type { FlowNode } from '../process-model.js';
import type { Trigger } from './behavior.js';
import { passEventBasedGateway } from './event-based-gateway.js';

/**
 * A catching element's event has occurred: the element completes with what came. Where an event-based gateway waited for
 * it, the gateway is left by the flow to the element (BPMN 2.0.2 §13.4.4: the other events are disabled).
 */
export function completeCaught(execution: Execution, element: FlowNode, trigger: Trigger): void {
  const host = execution.instance(trigger.hostKey);
  if (host.elementId === element.id) {
    execution.receiveResult(trigger.hostKey, trigger.variables);
    execution.complete(trigger.hostKey);
    return;
  }
  passEventBasedGateway(execution, trigger.hostKey, element, trigger.variables);
}
