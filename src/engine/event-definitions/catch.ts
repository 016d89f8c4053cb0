import type { Execution } from '../execution.js';
import type {
  ErrorEventDefinition,
  FlowNode,
  MessageEventDefinition,
  SignalEventDefinition,
  TimerEventDefinition,
} from '../process-model.js';
import { prepareMessage } from './message.js';
import { prepareSignal } from './signal.js';
import { prepareTimer } from './timer.js';

/** Event definitions that something can wait for. */
export type CaughtDefinition =
  MessageEventDefinition | SignalEventDefinition | TimerEventDefinition | ErrorEventDefinition;

/**
 * Evaluates what an event needs and answers how to open its wait at `hostKey`, so that several events open all or none.
 * `eventId` is the catching element. @throws IncidentError
 */
export function prepareCatch(
  execution: Execution,
  hostKey: number,
  eventId: string,
  definition: CaughtDefinition,
): () => void {
  switch (definition.kind) {
    case 'message':
      return prepareMessage(execution, hostKey, eventId, definition);
    case 'signal':
      return prepareSignal(execution, hostKey, eventId, definition);
    case 'timer':
      return prepareTimer(execution, hostKey, eventId, definition);
    case 'error':
      return () => undefined; // Errors are thrown to what catches them; nothing is waited for.
    default:
      return definition satisfies never;
  }
}

/** BPMN 2.0.2 §13.5.3: a boundary event that does not interrupt goes on waiting for messages and signals; all others have had theirs. */
export function staysArmed(element: FlowNode): boolean {
  return element.type === 'boundaryEvent' && !element.interrupting;
}
