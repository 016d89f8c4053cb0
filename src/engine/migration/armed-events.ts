import type { CaughtDefinition } from '../event-definitions/catch.js';
import type { ExecutableProcess, FlowNode } from '../process-model.js';
import type { ElementInstance } from '../state.js';

/** An event that an element instance waits for while it is active. */
export interface ArmedEvent {
  readonly id: string;
  readonly definition: CaughtDefinition;
  /** It is waited for once the content of the element has begun; else as soon as the element was entered. */
  readonly isInner: boolean;
}

/**
 * The events that an open element instance waits for by its model: attached boundary events, its own, those behind an event-based
 * gateway, and the start events of the event sub-processes of a scope. `element` is undefined for the process itself.
 */
export function armedEventsOf(
  process: ExecutableProcess,
  element: FlowNode | undefined,
  { iteration, loop, interrupted, reopened, canceling }: ElementInstance,
): readonly ArmedEvent[] {
  // What has completed, or is undone, waits for nothing.
  if (reopened || canceling) return [];
  const attached =
    element && 'boundaryEvents' in element && iteration === undefined ? element.boundaryEvents : [];
  const boundary = attached.map(({ id, event }) => ({ id, definition: event, isInner: false }));
  if (loop) return boundary;
  const scope = element === undefined ? process.scope : 'scope' in element ? element.scope : undefined;
  const starts = interrupted ? [] : (scope?.eventSubProcesses ?? []);
  return [
    ...boundary,
    ...(element ? ownEvents(element) : []),
    ...starts.map(({ start }) => ({ id: start.id, definition: start.event, isInner: true })),
  ];
}

function ownEvents(element: FlowNode): readonly ArmedEvent[] {
  if (element.type === 'eventBasedGateway') {
    return element.outgoing.flatMap(({ target }) => caughtBy(target));
  }
  return caughtBy(element);
}

function caughtBy(element: FlowNode): readonly ArmedEvent[] {
  if (element.type === 'intermediateCatchEvent')
    return [{ id: element.id, definition: element.event, isInner: true }];
  if (element.type === 'receiveTask')
    return [{ id: element.id, definition: { kind: 'message', message: element.message }, isInner: true }];
  return [];
}

/** Whether two events are waited for in the same way: the same kind, the same expressions as they are written. */
export function isAlike(a: CaughtDefinition, b: CaughtDefinition): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
