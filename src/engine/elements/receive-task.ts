import { prepareCatch } from '../event-definitions/catch.js';
import type { ReceiveTask } from '../process-model.js';
import type { ElementBehavior } from './behavior.js';
import { completeCaught } from './caught.js';

/** BPMN 2.0.2 §13.3.3: waits until its message arrives, then completes. */
export const receiveTask: ElementBehavior<ReceiveTask> = {
  activate: (execution, element, key) =>
    prepareCatch(execution, key, element.id, { kind: 'message', message: element.message })(),
  trigger: completeCaught,
};
