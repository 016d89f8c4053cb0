import { readEvent } from '../event-definitions/read-event.js';
import { eventPlaces } from '../event-definitions/event-place.js';
import type { ElementReader } from './element-reader.js';

/** Intermediate throw event (BPMN 2.0.2 §10.5.4); without definition it only marks a point. */
export const readIntermediateThrowEvent: ElementReader = (element, context) => {
  const event = readEvent(element, eventPlaces.intermediateThrowEvent, context);
  switch (event?.kind) {
    case 'none':
    case 'escalationThrow':
    case 'compensationThrow':
    case 'messageThrow':
    case 'signal':
    case 'multipleThrow':
    case 'link':
      return { type: 'intermediateThrowEvent', event };
    default:
      return undefined;
  }
};
