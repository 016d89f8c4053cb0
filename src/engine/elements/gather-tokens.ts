import type { Execution } from '../execution.js';
import type { FlowNode, SequenceFlow } from '../process-model.js';
import type { ElementInstance } from '../state.js';
import { isWaiting } from './join.js';

/** How many tokens have to come before an element is entered (BPMN 2.0.2 table 10.3, `startQuantity`). */
export function startQuantityOf(element: FlowNode): number {
  return 'startQuantity' in element ? (element.startQuantity ?? 1) : 1;
}

/**
 * A token has arrived at an activity that needs several, whichever flows they come by. They wait at one instance of it, which is
 * entered when there are enough; the next one begins a further instance.
 */
export function gatherToken(
  execution: Execution,
  activity: FlowNode,
  scope: number,
  flow: SequenceFlow,
): void {
  for (const key of execution.tokens.waitingAt(scope, activity.id)) {
    if (!isWaiting(execution.instance(key))) continue;
    execution.emit({ type: 'tokenArrived', key, flowId: flow.id });
    enterWhenGathered(execution, activity, key);
    return;
  }
  execution.open(activity, scope, { flowId: flow.id, arriving: true });
}

/** Enters the activity if nothing is missing any more. */
export function enterWhenGathered(execution: Execution, activity: FlowNode, key: number): void {
  if (tokensAt(execution.instance(key)) < startQuantityOf(activity)) return;
  execution.emit({ type: 'tokensGathered', key });
  execution.activate(key);
}

function tokensAt({ arrived = [] }: ElementInstance): number {
  return arrived.length;
}
