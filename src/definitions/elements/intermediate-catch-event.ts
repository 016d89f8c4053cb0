import { readEvent } from '../event-definitions/read-event.js';
import { eventPlaces } from '../event-definitions/event-place.js';
import type { ElementReader } from './element-reader.js';
import { startsBehindGateway } from './instantiating-gateway.js';

/** Intermediate catch event (BPMN 2.0.2 §10.5.4). */
export const readIntermediateCatchEvent: ElementReader = (element, context) => {
  const { intermediateCatchEvent, startingCatchEvent, groupedCatchEvent } = eventPlaces;
  const group = startsBehindGateway(element);
  const started = group === 'parallel' ? groupedCatchEvent : startingCatchEvent;
  const place = group === undefined ? intermediateCatchEvent : started;
  const event = readEvent(element, place, context);
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
