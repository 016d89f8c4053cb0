import { holds } from '../flow-condition.js';
import { IncidentError } from '../incident-error.js';
import type { InclusiveGateway } from '../process-model.js';
import type { ElementBehavior } from './behavior.js';
import { arriveAtJoin } from './join.js';

/**
 * BPMN 2.0.2 §13.4.3: takes a token from each incoming flow that has one, as soon as no other can come that need be waited for
 * (`releaseInclusiveJoin`), and puts one on each flow whose condition is true, else on the default flow; with neither there is an
 * exception, here an incident. A flow without a condition is always taken.
 */
export const inclusiveGateway: ElementBehavior<InclusiveGateway> = {
  activate: (execution, _element, key) => execution.complete(key),
  arrive(execution, element, scope, flow) {
    const key = arriveAtJoin(execution, element, scope, flow);
    if (execution.instance(key).arrived?.length === element.incoming.length) execution.complete(key);
  },
  flows(_execution, element, _key, context) {
    if (element.outgoing.length === 0) return [];
    const taken = element.outgoing.filter((flow) => !flow.isDefault && holds(flow, context));
    if (taken.length > 0) return taken;
    const byDefault = element.outgoing.filter(({ isDefault }) => isDefault);
    if (byDefault.length > 0) return byDefault;
    throw new IncidentError(
      'no-flow-taken',
      `Expected a condition of inclusive gateway "${element.id}" to be true, as it has no default flow, but none was.`,
    );
  },
};
