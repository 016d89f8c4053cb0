import type { CompiledExpression, MessageDefinition } from '../../engine/process-model.js';
import { readPlainValue } from '../expressions.js';
import { attribute, child, describe } from '../model-element.js';
import type { ModelElement } from '../model-element.js';
import { askDialects } from '../read-context.js';
import type { ReadContext } from '../read-context.js';
import type { EventDefinitionReader } from './event-definition-reader.js';
import { readMessageSending } from './message-throw.js';
import { refuseVariables } from './no-variables.js';

/** Message (BPMN 2.0.2 §10.5.5), caught by name and correlation key, or thrown. */
export const readMessageEvent: EventDefinitionReader = (definition, event, place, context) => {
  if (place.throws) {
    const send = readMessageSending(definition, event, context);
    return send && { kind: 'messageThrow', send };
  }
  const use = place.grouped ? 'grouped' : place.starts ? 'starting' : 'correlated';
  const message = readMessage(definition, event, use, context);
  return message && { kind: 'message', message };
};

/** What Camunda 7 correlates messages with where nothing else is said. */
const businessKey: CompiledExpression = {
  kind: 'compiled',
  source: 'the business key of the process instance',
  evaluate: (context) => context.businessKey ?? null,
  variables: [],
};

/**
 * The message that `messageRef` of the bearer (a definition or a receive task) names. Where it starts an instance there is
 * none yet to correlate it with, and a correlation key says nothing; elsewhere it needs one. One of a group may find either.
 */
export function readMessage(
  bearer: ModelElement,
  element: ModelElement,
  use: 'starting' | 'grouped' | 'correlated',
  context: ReadContext,
): MessageDefinition | undefined {
  const message = child(bearer, 'messageRef');
  const text = message && attribute(message, 'name')?.trim();
  if (message === undefined || !text) {
    if (!context.isUnresolved(bearer, 'messageRef')) {
      const expected = `Expected ${describe(element)} to refer to a message with a name but found none.`;
      context.log.report('missing-message', element, expected);
    }
    return undefined;
  }
  const name = readPlainValue(text, element, context.log);
  if (use !== 'correlated') refuseVariables(name, 'the message name', element, context.log);
  if (use === 'starting') return { name };
  const correlationKey = askDialects(context, (dialect) => dialect.readCorrelationKey?.(message, context));
  if (correlationKey !== undefined) return { name, correlationKey };
  if (context.isCamunda7) {
    const found = `Found ${describe(message)} without correlation key, as Camunda 7 has it: ${describe(element)} waits for it with the business key of its instance.`;
    context.log.report('correlated-by-business-key', element, found);
    return { name, correlationKey: businessKey };
  }
  const expected = `Expected ${describe(message)}, which ${describe(element)} waits for, to have a zeebe:subscription with a correlationKey but found none.`;
  context.log.report('missing-correlation-key', element, expected);
  return undefined;
}
