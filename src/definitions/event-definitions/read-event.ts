import type { CaughtPart, EventDefinition, ThrownPart } from '../../engine/process-model.js';
import { children, describe, flag, tagOf } from '../model-element.js';
import type { ModelElement } from '../model-element.js';
import type { ReadContext } from '../read-context.js';
import type { EventPlace } from './event-place.js';
import { eventDefinitionReaders } from './index.js';

/**
 * What an event waits for or does: nothing, one definition, or several at once (BPMN's multiple and parallel multiple events). What
 * cannot stand there is reported, and undefined answered for it.
 */
export function readEvent(
  event: ModelElement,
  place: EventPlace,
  context: ReadContext,
): EventDefinition | undefined {
  const definitions = [...children(event, 'eventDefinitions'), ...children(event, 'eventDefinitionRef')];
  const [definition, ...more] = definitions;
  if (definition === undefined) return readNone(event, place, context);
  if (more.length === 0) return readDefinition(definition, event, place, context);
  const parts = definitions.map((each) => readDefinition(each, event, place, context));
  if (parts.includes(undefined)) return undefined;
  const read = parts.filter((part) => part !== undefined);
  return place.throws ? readThrown(event, read, context) : readCaught(event, read, place, context);
}

/** One definition, for an event or for something that throws it as an event would. */
export function readDefinition(
  definition: ModelElement,
  event: ModelElement,
  place: EventPlace,
  context: ReadContext,
): EventDefinition | undefined {
  const reader = eventDefinitionReaders.get(definition.$type);
  // A kind that is executed nowhere is reported where all such elements are.
  if (reader === undefined) return undefined;
  if (!place.definitions.includes(definition.$type)) {
    const message = `Expected no ${tagOf(definition)} at ${article(place.what)} but found one at ${describe(event)}${place.instead === undefined ? '' : `: ${place.instead}`}.`;
    context.log.report('invalid-event', event, message);
    return undefined;
  }
  return reader(definition, event, place, context);
}

/** Errors end what they are caught at, so they cannot be waited for together with others. */
function readCaught(
  event: ModelElement,
  definitions: readonly EventDefinition[],
  place: EventPlace,
  context: ReadContext,
): EventDefinition | undefined {
  const parallel = flag(event, 'parallelMultiple');
  const parts = definitions.filter(isCaughtPart);
  if (parts.length < definitions.length) return refuseParts(event, definitions, context);
  if (parallel && parts.some(({ kind }) => ['error', 'escalation', 'cancel'].includes(kind))) {
    const message = `Expected ${describe(event)} with parallelMultiple="true" to have no error, no escalation and no cancel event, which are not waited for but thrown, but found one: draw an event of its own for it.`;
    context.log.report('invalid-event', event, message);
    return undefined;
  }
  if (parallel && place.starts && !place.gathers) {
    const message = `Expected ${describe(event)} without parallelMultiple="true", as the events behind an instantiating gateway are not waited for together: use a parallel multiple start event instead of the gateway; but found it.`;
    context.log.report('unsupported-attribute', event, message);
    return undefined;
  }
  return { kind: 'multiple', parallel, parts };
}

/** At most one kind of part has the event wait, or ends its scope: the event can do only one of these last. Several compensations are one. */
function readThrown(
  event: ModelElement,
  definitions: readonly EventDefinition[],
  context: ReadContext,
): EventDefinition | undefined {
  const parts = definitions.filter(isThrownPart);
  if (parts.length < definitions.length) return refuseParts(event, definitions, context);
  const compensations = parts.filter(({ kind }) => kind === 'compensationThrow');
  const last = parts.filter(
    (part) =>
      part.kind === 'errorThrow' ||
      part.kind === 'terminate' ||
      part.kind === 'cancel' ||
      part === compensations[0] ||
      (part.kind === 'messageThrow' && part.send.kind === 'job'),
  );
  if (last.length <= 1) return { kind: 'multipleThrow', parts };
  const message = `Expected ${describe(event)} to have at most one of: a message that is a job, compensation, a cancel, an error, a terminate event definition; but found ${last.length}: draw the others as throw events before it.`;
  context.log.report('invalid-event', event, message);
  return undefined;
}

function refuseParts(
  event: ModelElement,
  definitions: readonly EventDefinition[],
  context: ReadContext,
): undefined {
  const other = definitions.find((definition) => !isCaughtPart(definition) && !isThrownPart(definition));
  const message = `Expected ${describe(event)} to have no ${other?.kind ?? 'such'} event definition beside others but found one: draw an event of its own for it.`;
  context.log.report('invalid-event', event, message);
}

function isCaughtPart(definition: EventDefinition): definition is CaughtPart {
  return ['message', 'signal', 'timer', 'conditional', 'error', 'escalation', 'cancel'].includes(
    definition.kind,
  );
}

function isThrownPart(definition: EventDefinition): definition is ThrownPart {
  return [
    'messageThrow',
    'signal',
    'escalationThrow',
    'errorThrow',
    'compensationThrow',
    'cancel',
    'terminate',
  ].includes(definition.kind);
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
