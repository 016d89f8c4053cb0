import type { ParallelGateway } from '../process-model.js';
import type { ElementBehavior } from './behavior.js';
import { arriveAtJoin } from './join.js';

/**
 * BPMN 2.0.2 §13.4.1: is activated when there is a token on each incoming flow, consumes exactly one from each, and puts one on
 * each outgoing flow. Tokens in excess remain: they make a further element instance that waits in turn.
 */
export const parallelGateway: ElementBehavior<ParallelGateway> = {
  activate: (execution, _element, key) => execution.complete(key),
  arrive(execution, element, scope, flow) {
    const key = arriveAtJoin(execution, element, scope, flow);
    if (execution.instance(key).arrived?.length === element.incoming.length) execution.complete(key);
  },
  flows: (_execution, element) => element.outgoing,
};
