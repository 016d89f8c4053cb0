import type { Execution } from '../execution.js';
import type { FlowNode, SequenceFlow } from '../process-model.js';
import type { ElementInstance } from '../state.js';

/**
 * A token has arrived at a join: it waits at the oldest instance of the gateway that still lacks one of this flow, else at a new one. So the
 * n-th token of a flow belongs to the n-th instance. @returns the key of the instance
 */
export function arriveAtJoin(
  execution: Execution,
  { id }: FlowNode,
  scope: number,
  { id: flowId }: SequenceFlow,
): number {
  for (const key of execution.tokens.waitingAt(scope, id)) {
    const instance = execution.instance(key);
    if (!isWaiting(instance) || instance.arrived?.includes(flowId)) continue;
    execution.emit({ type: 'tokenArrived', key, flowId });
    return key;
  }
  const key = execution.nextKey();
  execution.emit({ type: 'elementActivated', key, elementId: id, scope, flowId, arriving: true });
  return key;
}

/** Whether tokens of a join wait for others: it has not been activated already, to be held up by something else. */
export function isWaiting({ arrived, incident, postponed }: ElementInstance): boolean {
  return arrived !== undefined && incident === undefined && postponed === undefined;
}
