import type { SubProcess } from '../process-model.js';
import { fillScope } from '../scope.js';
import type { ElementBehavior } from './behavior.js';

/**
 * BPMN 2.0.2 §13.3.4: fills its scope with tokens and completes when none is left inside. In an event sub-process the start event has
 * occurred already: it goes on from there (§13.5.4).
 */
export const subProcess: ElementBehavior<SubProcess> = {
  activate(execution, element, key) {
    if (!element.triggeredByEvent) return fillScope(execution, key);
    for (const start of execution.tokens.in(key)) execution.complete(start);
  },
};
