import { readEvent } from '../event-definitions/read-event.js';
import { eventPlaces } from '../event-definitions/event-place.js';
import type { ElementReader } from './element-reader.js';

/** Intermediate catch event (BPMN 2.0.2 §10.5.4). */
export const readIntermediateCatchEvent: ElementReader = (element, context) => {
  const event = readEvent(element, eventPlaces.intermediateCatchEvent, context);
  switch (event?.kind) {
    case 'message':
    case 'signal':
    case 'timer':
    case 'conditional':
    case 'multiple':
    case 'link':
      return { type: 'intermediateCatchEvent', event };
    default:
      return undefined;
  }
};
