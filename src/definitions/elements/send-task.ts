import { readMessageSending } from '../event-definitions/message-throw.js';
import type { ElementReader } from './element-reader.js';

/** Send task (BPMN 2.0.2 §10.3.3): a job, or its message published by the server. */
export const readSendTask: ElementReader = (element, context) => {
  const send = readMessageSending(element, element, context);
  return send === undefined ? undefined : { type: 'sendTask', send };
};
