import { readMessage } from '../event-definitions/message.js';
import { flag } from '../model-element.js';
import type { ElementReader } from './element-reader.js';
import { startsBehindGateway } from './instantiating-gateway.js';

/** Receive task (BPMN 2.0.2 §10.3.3): waits for its message, or starts an instance by it. */
export const readReceiveTask: ElementReader = (element, context) => {
  const instantiate = flag(element, 'instantiate');
  const group = startsBehindGateway(element);
  const use = group === 'parallel' ? 'grouped' : instantiate || group ? 'starting' : 'correlated';
  const message = readMessage(element, element, use, context);
  if (message === undefined) return undefined;
  return { type: 'receiveTask', ...(instantiate && { instantiate }), message };
};
