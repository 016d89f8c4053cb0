import { prepareCatch } from '../event-definitions/catch.js';
import type { IntermediateCatchEvent } from '../process-model.js';
import type { ElementBehavior } from './behavior.js';
import { completeCaught } from './caught.js';

/** BPMN 2.0.2 §13.5.2: the token waits until the trigger occurs. The target of a link is only passed. */
export const intermediateCatchEvent: ElementBehavior<IntermediateCatchEvent> = {
  activate(execution, element, key) {
    if (element.event.kind === 'link') return execution.complete(key);
    prepareCatch(execution, key, element.id, element.event)();
  },
  trigger: completeCaught,
};
