import { sendMessage } from '../event-definitions/message-throw.js';
import type { SendTask } from '../process-model.js';
import type { ElementBehavior } from './behavior.js';

/** BPMN 2.0.2 §13.3.3: the message is sent, then the task completes. */
export const sendTask: ElementBehavior<SendTask> = {
  activate: (execution, element, key) => sendMessage(execution, element, key, element.send),
};
