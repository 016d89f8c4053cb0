import type { Execution } from '../execution.js';
import type { ParallelGateway } from '../process-model.js';
import type { ElementBehavior } from './behavior.js';

/**
 * BPMN 2.0.2 §13.4.1: is activated when there is a token on each incoming flow, consumes exactly one from each, and puts one on
 * each outgoing flow. Tokens in excess remain: they make a further element instance that waits in turn.
 */
export const parallelGateway: ElementBehavior<ParallelGateway> = {
  activate: (execution, _element, key) => execution.complete(key),
  arrive(execution, element, scope, flow) {
    const waiting = waitingFor(execution, element, scope, flow.id);
    const key = waiting ?? execution.nextKey();
    if (waiting === undefined) {
      execution.emit({
        type: 'elementActivated',
        key,
        elementId: element.id,
        scope,
        flowId: flow.id,
        arriving: true,
      });
    } else {
      execution.emit({ type: 'tokenArrived', key, flowId: flow.id });
    }
    if (execution.instance(key).arrived?.length === element.incoming.length) execution.complete(key);
  },
  flows: (_execution, element) => element.outgoing,
};

/** The oldest instance of the gateway that still lacks a token of this flow: the n-th token of a flow belongs to the n-th instance. */
function waitingFor(
  execution: Execution,
  { id }: ParallelGateway,
  scope: number,
  flowId: string,
): number | undefined {
  for (const key of execution.tokens.waitingAt(scope, id)) {
    if (!execution.instance(key).arrived?.includes(flowId)) return key;
  }
  return undefined;
}
