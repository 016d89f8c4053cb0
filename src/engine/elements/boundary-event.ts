import { catchAt } from '../catcher.js';
import { rearmTimer } from '../event-definitions/timer.js';
import type { BoundaryEvent } from '../process-model.js';
import type { ElementBehavior } from './behavior.js';

/**
 * BPMN 2.0.2 §13.5.3: an interrupting one terminates its activity; the flow behind it is taken each time it occurs. One that does not
 * interrupt stays armed as long as the activity is active.
 */
export const boundaryEvent: ElementBehavior<BoundaryEvent> = {
  activate: (execution, _element, key) => execution.complete(key),
  trigger(execution, element, { hostKey, wait, variables }) {
    if (!element.interrupting && wait.kind === 'timer') rearmTimer(execution, hostKey, wait);
    catchAt(execution, { event: element, at: hostKey }, variables);
  },
};
