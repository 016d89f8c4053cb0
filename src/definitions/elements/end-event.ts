import { readEvent } from '../event-definitions/read-event.js';
import { eventPlaces } from '../event-definitions/event-place.js';
import type { ElementReader } from './element-reader.js';

/** End event (BPMN 2.0.2 §10.5.3). */
export const readEndEvent: ElementReader = (element, context) => {
  const event = readEvent(element, eventPlaces.endEvent, context);
  switch (event?.kind) {
    case 'none':
    case 'errorThrow':
    case 'escalationThrow':
    case 'compensationThrow':
    case 'cancel':
    case 'terminate':
    case 'messageThrow':
    case 'signal':
    case 'multipleThrow':
      return { type: 'endEvent', event };
    default:
      return undefined;
  }
};
