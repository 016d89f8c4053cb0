import { isHeldBack } from '../ad-hoc-scope.js';
import type { Execution } from '../execution.js';
import type { FlowNode, SequenceFlow } from '../process-model.js';
import type { ElementInstance } from '../state.js';
import { isWaiting } from './join.js';

/** How many tokens have to come before an element is entered (BPMN 2.0.2 table 10.3, `startQuantity`). */
export function startQuantityOf(element: FlowNode): number {
  return 'startQuantity' in element ? (element.startQuantity ?? 1) : 1;
}

/**
 * A token has arrived at an activity that needs several, whichever flows they come by, or where it has to wait for its turn. Tokens wait at
 * one instance of it, which is entered when there are enough; the next one begins a further instance.
 */
export function gatherToken(
  execution: Execution,
  activity: FlowNode,
  scope: number,
  flow: SequenceFlow,
): void {
  enterWhenGathered(execution, activity, arriveAtActivity(execution, activity, scope, flow));
}

function arriveAtActivity(
  execution: Execution,
  activity: FlowNode,
  scope: number,
  { id: flowId }: SequenceFlow,
): number {
  for (const key of execution.tokens.waitingAt(scope, activity.id)) {
    const instance = execution.instance(key);
    if (!isWaiting(instance) || tokensAt(instance) >= startQuantityOf(activity)) continue;
    execution.emit({ type: 'tokenArrived', key, flowId });
    return key;
  }
  return execution.open(activity, scope, { flowId, arriving: true });
}

/** Enters the activity if no token is missing any more, and it may begin. @returns whether it is entered */
export function enterWhenGathered(execution: Execution, activity: FlowNode, key: number): boolean {
  if (tokensAt(execution.instance(key)) < startQuantityOf(activity)) return false;
  if (isHeldBack(execution, execution.scopeOf(key), activity)) return false;
  execution.emit({ type: 'tokensGathered', key });
  execution.activate(key);
  return true;
}

function tokensAt({ arrived = [] }: ElementInstance): number {
  return arrived.length;
}
