import { readSingleEvent } from '../event-definitions/single-event.js';
import { eventPlaces } from '../event-definitions/event-place.js';
import type { ElementReader } from './element-reader.js';

/** Start event (BPMN 2.0.2 §10.5.2): plain, or triggered by a message, a signal or a timer. */
export const readStartEvent: ElementReader = (element, context) => {
  const event = readSingleEvent(element, eventPlaces.startEvent, context);
  switch (event?.kind) {
    case 'none':
    case 'message':
    case 'signal':
    case 'timer':
      return { type: 'startEvent', event };
    default:
      return undefined;
  }
};
