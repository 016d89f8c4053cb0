import { closeWaits } from '../cancel.js';
import { prepareCatch } from '../event-definitions/catch.js';
import { inputsOf } from '../prepare.js';
import type { Execution } from '../execution.js';
import type { Variables } from '../json.js';
import type { EventBasedGateway, FlowNode } from '../process-model.js';
import type { ElementBehavior } from './behavior.js';

/**
 * BPMN 2.0.2 §13.4.4: waits for all events behind it; the first that occurs determines the flow. The token is at the gateway
 * until then, so the gateway holds the waits; what they evaluate sees the input mappings of the elements behind it.
 */
export const eventBasedGateway: ElementBehavior<EventBasedGateway> = {
  activate(execution, element, key) {
    const open = element.outgoing.map(({ target }) =>
      prepareCatch(execution, key, target.id, caughtEvent(target), inputsOf(execution, target, key)),
    );
    for (const openWait of open) openWait();
  },
};

/** Leaves the gateway by the flow to the element whose event has occurred. */
export function passEventBasedGateway(
  execution: Execution,
  gatewayKey: number,
  element: FlowNode,
  variables: Variables,
): void {
  const gateway = execution.instance(gatewayKey);
  const scope = execution.scopeOf(gatewayKey);
  const flow = execution.element(gateway.elementId).outgoing.find(({ target }) => target.id === element.id);
  if (!flow) throw new Error(`Expected a sequence flow from "${gateway.elementId}" to "${element.id}".`);
  closeWaits(execution, gatewayKey, gateway);
  execution.emit({ type: 'elementCompleted', key: gatewayKey, flows: [flow.id] });
  execution.follow(flow, scope, variables);
}

/** What an element behind an event-based gateway waits for. */
export function caughtEvent(target: FlowNode) {
  if (target.type === 'intermediateCatchEvent' && target.event.kind !== 'link') return target.event;
  if (target.type === 'receiveTask') return { kind: 'message', message: target.message } as const;
  throw new Error(
    `Expected a catch event or receive task behind an event-based gateway but found "${target.id}".`,
  );
}
