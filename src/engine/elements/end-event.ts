import { throwEvent } from '../event-definitions/throw.js';
import type { EndEvent } from '../process-model.js';
import type { ElementBehavior } from './behavior.js';

/** BPMN 2.0.2 §13.5.6: the result happens, then the token is consumed. */
export const endEvent: ElementBehavior<EndEvent> = {
  activate: (execution, element, key) => throwEvent(execution, element, key, element.event),
};
