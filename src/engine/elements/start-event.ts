import type { StartEvent } from '../process-model.js';
import type { ElementBehavior } from './behavior.js';

/** BPMN 2.0.2 §13.5.1: it has occurred when the instance exists; its token goes on. */
export const startEvent: ElementBehavior<StartEvent> = {
  activate: (execution, _element, key) => execution.complete(key),
};
