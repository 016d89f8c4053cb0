import { IncidentError } from '../incident-error.js';
import { holds } from '../flow-condition.js';
import type { ExclusiveGateway } from '../process-model.js';
import type { ElementBehavior } from './behavior.js';

/**
 * BPMN 2.0.2 §13.4.2: passes every token; conditions are evaluated in order and the first that is true determines the flow,
 * else the default flow; with neither there is an exception, here an incident.
 */
export const exclusiveGateway: ElementBehavior<ExclusiveGateway> = {
  activate: (execution, _element, key) => execution.complete(key),
  flows(_execution, element, _key, context) {
    if (element.outgoing.length === 0) return [];
    const taken =
      element.outgoing.find((flow) => !flow.isDefault && holds(flow, context)) ??
      element.outgoing.find(({ isDefault }) => isDefault);
    if (taken) return [taken];
    throw new IncidentError(
      'no-flow-taken',
      `Expected a condition of exclusive gateway "${element.id}" to be true, as it has no default flow, but none was.`,
    );
  },
};
