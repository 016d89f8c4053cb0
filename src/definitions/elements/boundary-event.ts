import { partsOf } from '../../engine/event-definitions/parts.js';
import { readEvent } from '../event-definitions/read-event.js';
import { eventPlaces } from '../event-definitions/event-place.js';
import { describe, flag } from '../model-element.js';
import type { ElementReader } from './element-reader.js';

/** Boundary event (BPMN 2.0.2 §10.5.4): interrupting unless `cancelActivity` is false; errors always interrupt. */
export const readBoundaryEvent: ElementReader = (element, context) => {
  const interrupting = flag(element, 'cancelActivity');
  const place = interrupting
    ? eventPlaces.interruptingBoundaryEvent
    : eventPlaces.nonInterruptingBoundaryEvent;
  const event = readEvent(element, place, context);
  switch (event?.kind) {
    case 'compensation':
      return { type: 'boundaryEvent', interrupting, event };
    case 'cancel':
    case 'error':
    case 'multiple':
      if (interrupting || !partsOf(event).some(({ kind }) => kind === 'error' || kind === 'cancel'))
        return { type: 'boundaryEvent', interrupting, event };
      context.log.report(
        'invalid-event',
        element,
        `Expected ${describe(element)} to interrupt, as ${event.kind === 'error' ? 'an error' : 'a cancel event'} always does, but found cancelActivity="false".`,
      );
      return undefined;
    case 'escalation':
    case 'message':
    case 'signal':
    case 'timer':
    case 'conditional':
      return { type: 'boundaryEvent', interrupting, event };
    default:
      return undefined;
  }
};
