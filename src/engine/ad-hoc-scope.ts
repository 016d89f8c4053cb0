import type { Execution } from './execution.js';
import type { AdHocSubProcess, FlowNode } from './process-model.js';
import { ROOT_KEY } from './state.js';

/** The ad-hoc sub-process that an open element instance is; undefined where it is something else, the body of a loop, or only open for a compensation. */
export function adHocAt(execution: Execution, key: number): AdHocSubProcess | undefined {
  if (key === ROOT_KEY) return undefined;
  const { elementId, loop, reopened } = execution.instance(key);
  const element = execution.element(elementId);
  return element.type === 'adHocSubProcess' && !loop && !reopened ? element : undefined;
}

/** Whether a token that comes to an activity of a sequential ad-hoc sub-process waits there, as another activity is active. */
export function isHeldBack(execution: Execution, scope: number, element: FlowNode): boolean {
  if (!execution.find(scope)?.adHoc || !isInnerActivity(element)) return false;
  return adHocAt(execution, scope)?.ordering === 'sequential' && hasActiveActivity(execution, scope);
}

/** Tokens that wait for others, or for their turn, are no active activities. */
export function hasActiveActivity(execution: Execution, scope: number): boolean {
  return execution.tokens.in(scope).some((key) => {
    const { arrived, elementId } = execution.instance(key);
    return arrived === undefined && isInnerActivity(execution.element(elementId));
  });
}

/** Whether it is something that a performer does: no event, gateway or event sub-process. */
export function isInnerActivity(element: FlowNode): boolean {
  return 'boundaryEvents' in element && !(element.type === 'subProcess' && element.triggeredByEvent);
}
