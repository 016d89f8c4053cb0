import { evaluateCondition } from './evaluate.js';
import type { Execution } from './execution.js';
import type { Variables } from './json.js';
import type { AdHocSubProcess, FlowNode } from './process-model.js';
import { ROOT_KEY } from './state.js';

/** The ad-hoc sub-process that an open element instance is; undefined where it is something else, the body of a loop, or only open for a compensation. */
export function adHocAt(execution: Execution, key: number): AdHocSubProcess | undefined {
  if (key === ROOT_KEY) return undefined;
  const { elementId, loop, reopened } = execution.instance(key);
  const element = execution.element(elementId);
  return element.type === 'adHocSubProcess' && !loop && !reopened ? element : undefined;
}

/** Elements were chosen: all begin at once, or wait for their turn where only one may be active. */
export function chooseElements(
  execution: Execution,
  element: AdHocSubProcess,
  key: number,
  elementIds: readonly string[],
): void {
  const { tokens = 0, adHoc } = execution.instance(key);
  const chosen = [...(adHoc?.waiting ?? []), ...elementIds];
  const count = element.ordering === 'parallel' ? chosen.length : tokens > 0 ? 0 : 1;
  execution.emit({ type: 'elementsChosen', key, elementIds, waiting: chosen.slice(count) });
  for (const elementId of chosen.slice(0, count)) execution.appear(execution.element(elementId), key);
}

/** What becomes of an ad-hoc sub-process when an activity inside it completes. */
export interface AdHocEnd {
  /** The completion condition has become true just now. */
  readonly isMet: boolean;
  /** Nothing further begins: no sequence flow is taken any more. */
  readonly isDone: boolean;
}

/**
 * BPMN 2.0.2 §13.3.5: the completion condition is evaluated each time an activity inside completes. `written`: variables that are about to be
 * written. @returns undefined where the scope is no ad-hoc sub-process. @throws IncidentError
 */
export function prepareAdHocEnd(
  execution: Execution,
  scope: number,
  completing: FlowNode,
  written: Variables,
): AdHocEnd | undefined {
  const adHoc = adHocAt(execution, scope);
  if (!adHoc) return undefined;
  const isDone = execution.instance(scope).adHoc?.done ?? false;
  const { completionCondition } = adHoc;
  if (isDone || !completionCondition || !isInnerActivity(completing)) return { isMet: false, isDone };
  const context = execution.context(scope, written);
  const isMet = evaluateCondition(completionCondition, context, `the completion condition of "${adHoc.id}"`);
  return { isMet, isDone: isMet };
}

/**
 * Nothing is active inside. What was chosen and waits has its turn; with a completion condition that is not true yet the performer chooses what
 * comes next, else it is done. @returns whether it goes on
 */
export function adHocGoesOn(execution: Execution, key: number, left: FlowNode | undefined): boolean {
  const element = adHocAt(execution, key);
  const { adHoc, interrupted } = execution.instance(key);
  if (!element || interrupted || adHoc?.done) return false;
  if (adHoc && adHoc.waiting.length > 0) {
    chooseElements(execution, element, key, []);
    return true;
  }
  // An event sub-process that has ended is nothing that the performer chose.
  const wasChosen = adHoc !== undefined || left === undefined || isInnerActivity(left);
  return element.completionCondition !== undefined || !wasChosen;
}

function isInnerActivity(element: FlowNode): boolean {
  return 'boundaryEvents' in element && !(element.type === 'subProcess' && element.triggeredByEvent);
}
