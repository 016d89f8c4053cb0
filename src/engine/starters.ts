import { caughtEvent } from './elements/event-based-gateway.js';
import { partsOf } from './event-definitions/parts.js';
import type {
  CaughtPart,
  ExecutableProcess,
  FlowNode,
  NoneEventDefinition,
  ReceiveTask,
  IntermediateCatchEvent,
  StartEvent,
} from './process-model.js';

/** An element by which instances of a process begin, and one definition of what triggers it. */
export interface Starter {
  readonly element: StartEvent | ReceiveTask | IntermediateCatchEvent;
  readonly definition: CaughtPart | NoneEventDefinition;
}

/**
 * What starts instances of a process (BPMN 2.0.2 §13.2): its start events, its instantiating receive tasks, and the events behind its
 * instantiating event-based gateways, each with every definition that it has.
 */
export function startersOf({ scope, elements }: ExecutableProcess): readonly Starter[] {
  const instantiating = [...elements.values()].flatMap(instantiatedBy);
  return [...scope.startEvents, ...instantiating].flatMap((element) =>
    definitionsOf(element).map((definition) => ({ element, definition })),
  );
}

/** The events that an instance waits for once this one has started it: the others behind a parallel event-based gateway (BPMN 2.0.2 §10.6.6). */
export function othersOfGroup(element: FlowNode): readonly FlowNode[] {
  const gateway = element.incoming[0]?.source;
  if (gateway?.type !== 'eventBasedGateway' || !gateway.instantiate || !gateway.parallel) return [];
  return gateway.outgoing.map(({ target }) => target).filter((target) => target !== element);
}

function instantiatedBy(element: FlowNode): readonly (ReceiveTask | IntermediateCatchEvent)[] {
  if (element.type === 'receiveTask' && element.instantiate) return [element];
  if (element.type !== 'eventBasedGateway' || !element.instantiate) return [];
  return element.outgoing.flatMap(({ target }) =>
    target.type === 'receiveTask' || target.type === 'intermediateCatchEvent' ? [target] : [],
  );
}

function definitionsOf(element: Starter['element']): readonly Starter['definition'][] {
  if (element.type !== 'startEvent') return partsOf(caughtEvent(element)).filter(isStarting);
  return partsOf(element.event).filter(isStarting);
}

function isStarting(definition: { readonly kind: string }): definition is Starter['definition'] {
  return ['none', 'message', 'signal', 'timer', 'conditional'].includes(definition.kind);
}
