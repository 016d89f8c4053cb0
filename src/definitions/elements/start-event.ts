import { partsOf } from '../../engine/event-definitions/parts.js';
import { readEvent } from '../event-definitions/read-event.js';
import { eventPlaces } from '../event-definitions/event-place.js';
import type { EventPlace } from '../event-definitions/event-place.js';
import { readVariableName } from '../field-values.js';
import { camundaAttribute, describe, flag } from '../model-element.js';
import type { ModelElement } from '../model-element.js';
import type { ReadContext } from '../read-context.js';
import type { ElementReader } from './element-reader.js';

/**
 * Start event (BPMN 2.0.2 §10.5.2): plain, or triggered by a message, a signal or a timer; that of an event sub-process is always
 * triggered, and interrupts unless `isInterrupting` is false. Errors always interrupt.
 */
export const readStartEvent: ElementReader = (element, context) => {
  const interrupting = flag(element, 'isInterrupting');
  const event = readEvent(element, placeOf(element, interrupting), context);
  switch (event?.kind) {
    case 'error':
    case 'multiple':
      if (!interrupting && partsOf(event).some(({ kind }) => kind === 'error'))
        return refuseNonInterrupting(element, 'an error', context);
      return { type: 'startEvent', interrupting, event, ...readInitiator(element, context) };
    case 'none':
    case 'escalation':
    case 'compensation':
    case 'message':
    case 'signal':
    case 'timer':
    case 'conditional':
      return { type: 'startEvent', interrupting, event, ...readInitiator(element, context) };
    default:
      return undefined;
  }
};

/** The variable that takes who started the instance, as Camunda 7 has it; only what starts a process has it. */
function readInitiator(element: ModelElement, { log }: ReadContext): { readonly initiator?: string } {
  const text = camundaAttribute(element, 'initiator');
  if (text === undefined || element.$parent?.$type !== 'bpmn:Process') return {};
  const initiator = readVariableName(text, 'camunda:initiator', element, log);
  return initiator === undefined ? {} : { initiator };
}

function placeOf(element: ModelElement, interrupting: boolean): EventPlace {
  if (element.$parent === undefined || !flag(element.$parent, 'triggeredByEvent'))
    return eventPlaces.startEvent;
  return interrupting ? eventPlaces.interruptingStartEvent : eventPlaces.nonInterruptingStartEvent;
}

function refuseNonInterrupting(element: ModelElement, what: string, { log }: ReadContext): undefined {
  const message = `Expected ${describe(element)} to interrupt, as ${what} always does, but found isInterrupting="false".`;
  log.report('invalid-event', element, message);
}
