import { readPlainValue } from '../expressions.js';
import { attribute, child, describe } from '../model-element.js';
import { refuseVariables } from './no-variables.js';
import type { EventDefinitionReader } from './event-definition-reader.js';

/** Signal (BPMN 2.0.2 §10.5.5), caught or thrown by its name. */
export const readSignalEvent: EventDefinitionReader = (definition, event, place, context) => {
  const signal = child(definition, 'signalRef');
  const name = signal && attribute(signal, 'name')?.trim();
  if (name) {
    const expression = readPlainValue(name, event, context.log);
    if (place.starts) refuseVariables(expression, 'the signal name', event, context.log);
    return { kind: 'signal', name: expression };
  }
  if (!context.isUnresolved(definition, 'signalRef')) {
    const message = `Expected ${describe(event)} to refer to a signal with a name but found none.`;
    context.log.report('missing-signal', event, message);
  }
  return undefined;
};
