import { throwEvent } from '../event-definitions/throw.js';
import type { IntermediateThrowEvent } from '../process-model.js';
import type { ElementBehavior } from './behavior.js';

/** BPMN 2.0.2 §13.5.2: a throw event completes when it has thrown. */
export const intermediateThrowEvent: ElementBehavior<IntermediateThrowEvent> = {
  activate: (execution, element, key) => throwEvent(execution, element, key, element.event),
};
