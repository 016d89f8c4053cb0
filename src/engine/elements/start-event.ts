import { rearmTimer } from '../event-definitions/timer.js';
import type { StartEvent } from '../process-model.js';
import { startEventSubProcess } from '../scope.js';
import type { ElementBehavior } from './behavior.js';

/**
 * BPMN 2.0.2 §13.5.1: it has occurred when the instance exists; its token goes on. That of an event sub-process is waited for by the
 * scope around; one that does not interrupt stays armed (§13.5.4).
 */
export const startEvent: ElementBehavior<StartEvent> = {
  activate: (execution, _element, key) => execution.complete(key),
  trigger(execution, element, { hostKey, wait, variables }) {
    if (!element.interrupting && wait.kind === 'timer') rearmTimer(execution, hostKey, wait);
    startEventSubProcess(execution, hostKey, element, variables);
  },
};
