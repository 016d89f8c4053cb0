import type { EventDefinition } from '../../engine/process-model.js';
import { children, describe, tagOf } from '../model-element.js';
import type { ModelElement } from '../model-element.js';
import type { ReadContext } from '../read-context.js';
import type { EventPlace } from './event-place.js';
import { eventDefinitionReaders } from './index.js';

/**
 * What an event waits for or does. Definitions of several at once (BPMN's multiple and parallel multiple events) and kinds
 * that are not executed are reported; undefined is answered for them.
 */
export function readSingleEvent(
  event: ModelElement,
  place: EventPlace,
  context: ReadContext,
): EventDefinition | undefined {
  const definitions = [...children(event, 'eventDefinitions'), ...children(event, 'eventDefinitionRef')];
  const [definition, ...more] = definitions;
  if (definition === undefined) return readNone(event, place, context);
  if (more.length > 0) {
    const message = `Expected ${describe(event)} to have one event definition but found ${definitions.length}; multiple events are not executed yet.`;
    context.log.report('unsupported-element', event, message);
    return undefined;
  }
  const reader = eventDefinitionReaders.get(definition.$type);
  // A kind that is executed nowhere is reported where all such elements are.
  if (reader === undefined) return undefined;
  if (!place.definitions.includes(definition.$type)) {
    const message = `Expected no ${tagOf(definition)} at ${article(place.what)} but found one at ${describe(event)}.`;
    context.log.report('invalid-event', event, message);
    return undefined;
  }
  return reader(definition, event, place, context);
}

function readNone(event: ModelElement, place: EventPlace, context: ReadContext): EventDefinition | undefined {
  if (place.noneAllowed) return { kind: 'none' };
  const message = `Expected ${describe(event)} to have an event definition, which ${article(place.what)} waits for, but found none.`;
  context.log.report('invalid-event', event, message);
  return undefined;
}

function article(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}
