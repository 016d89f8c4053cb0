import type { SubProcess } from '../process-model.js';
import type { ElementBehavior } from './behavior.js';

/** BPMN 2.0.2 §13.3.4: fills its scope with tokens and completes when none is left inside. */
export const subProcess: ElementBehavior<SubProcess> = {
  activate(execution, element, key) {
    for (const initial of element.scope.initial) execution.appear(initial, key);
    if (element.scope.initial.length === 0) execution.complete(key);
  },
};
