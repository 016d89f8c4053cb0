import { isInitial } from '../draft.js';
import { describe } from '../model-element.js';
import type { ScopeRule } from './scope-rule.js';

/** What an ad-hoc sub-process contains (BPMN 2.0.2 §10.3.5): activities to choose from, and no start and end events. */
export const checkAdHocSubProcesses: ScopeRule = (scope, log) => {
  if (scope.owner.$type !== 'bpmn:AdHocSubProcess') return;
  for (const { element } of scope.nodes) {
    if (element.$type !== 'bpmn:StartEvent' && element.$type !== 'bpmn:EndEvent') continue;
    const message = `Expected no start and end events in ${describe(scope.owner)}, whose performer chooses where to begin, but found ${describe(element)}.`;
    log.report('invalid-ad-hoc', element, message);
  }
  if (scope.nodes.some(isInitial)) return;
  const message = `Expected an element to choose in ${describe(scope.owner)}, one without incoming sequence flow, but found none.`;
  log.report('invalid-ad-hoc', scope.owner, message);
};
