import { readMessage } from '../event-definitions/message.js';
import type { ElementReader } from './element-reader.js';

/** Receive task (BPMN 2.0.2 §10.3.3): waits for its message. */
export const readReceiveTask: ElementReader = (element, context) => {
  const message = readMessage(element, element, 'correlated', context);
  return message === undefined ? undefined : { type: 'receiveTask', message };
};
