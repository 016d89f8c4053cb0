import { cancelInside } from './cancel.js';
import { enterWhenGathered } from './elements/gather-tokens.js';
import { isWaiting } from './elements/join.js';
import { evaluateCondition } from './evaluate.js';
import { adHocAt, hasActiveActivity, isInnerActivity } from './ad-hoc-scope.js';
import type { Execution } from './execution.js';
import type { Variables } from './json.js';
import type { AdHocSubProcess, FlowNode } from './process-model.js';

/** Elements were chosen: all begin at once, or wait for their turn where only one may be active. */
export function chooseElements(
  execution: Execution,
  element: AdHocSubProcess,
  key: number,
  elementIds: readonly string[],
): void {
  const { adHoc } = execution.instance(key);
  const chosen = [...(adHoc?.waiting ?? []), ...elementIds];
  const count = element.ordering === 'parallel' ? chosen.length : hasActiveActivity(execution, key) ? 0 : 1;
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

/**
 * Nothing is under way: in these ad-hoc sub-processes the next activity begins where one at a time may and none is active, tokens that came by
 * sequence flows before what the performer chose. One whose completion condition was true is left when all that is inside waits for tokens
 * that cannot come any more. @returns whether there was something to do
 */
export function giveTurns(execution: Execution, scopes: Set<number>): boolean {
  for (const scope of scopes) {
    scopes.delete(scope);
    if (execution.find(scope)?.adHoc && giveTurn(execution, scope)) return true;
  }
  return false;
}

function giveTurn(execution: Execution, scope: number): boolean {
  const element = adHocAt(execution, scope);
  const { adHoc, interrupted, incident, tokens = 0 } = execution.instance(scope);
  if (!element || interrupted || incident) return false;
  const waiting = waitingIn(execution, scope);
  if (adHoc?.done) {
    if (tokens === 0 || tokens > waiting.length) return false;
    cancelInside(execution, scope);
    execution.complete(scope);
    return true;
  }
  for (const key of waiting) {
    const target = execution.element(execution.instance(key).elementId);
    if (isInnerActivity(target) && enterWhenGathered(execution, target, key)) return true;
  }
  if (!adHoc || adHoc.waiting.length === 0) return false;
  if (element.ordering === 'sequential' && hasActiveActivity(execution, scope)) return false;
  chooseElements(execution, element, scope, []);
  return true;
}

/** The element instances directly inside at which tokens wait, in order of activation. */
function waitingIn(execution: Execution, scope: number): readonly number[] {
  return execution.tokens.in(scope).filter((key) => isWaiting(execution.instance(key)));
}
