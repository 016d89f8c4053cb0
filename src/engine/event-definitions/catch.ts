import type { Execution } from '../execution.js';
import type { Variables } from '../json.js';
import type { BoundaryEvent, FlowNode, IntermediateCatchEvent, StartEvent } from '../process-model.js';
import { prepareCondition } from './conditional.js';
import { prepareMessage } from './message.js';
import { prepareSignal } from './signal.js';
import { prepareTimer } from './timer.js';

/** Which definition of which catching element is waited for. */
export interface Awaited {
  readonly eventId: string;
  /** Its place among those of a multiple event. */
  readonly part: number | undefined;
}

/** Event definitions that something can wait for. */
export type CaughtDefinition = (StartEvent | IntermediateCatchEvent | BoundaryEvent)['event'];

/**
 * Evaluates what an event needs and answers how to open its wait at `hostKey`, so that several events open all or none.
 * `eventId` is the catching element; `overlay` covers what is visible at the host; `part` is the place of the definition in a multiple
 * event. @throws IncidentError
 */
export function prepareCatch(
  execution: Execution,
  hostKey: number,
  eventId: string,
  definition: CaughtDefinition,
  overlay?: Variables,
  part?: number,
): () => void {
  const context = execution.context(hostKey, overlay);
  switch (definition.kind) {
    case 'message':
      return prepareMessage(execution, hostKey, { eventId, part }, definition, context);
    case 'signal':
      return prepareSignal(execution, hostKey, { eventId, part }, definition, context);
    case 'timer':
      return prepareTimer(execution, hostKey, { eventId, part }, definition, context);
    case 'conditional':
      return prepareCondition(execution, hostKey, { eventId, part }, definition, context);
    case 'multiple': {
      const open = definition.parts.map((each, index) =>
        prepareCatch(execution, hostKey, eventId, each, overlay, index),
      );
      return () => {
        for (const openWait of open) openWait();
      };
    }
    case 'none':
    case 'link':
    case 'error':
    case 'escalation':
    case 'compensation':
    case 'cancel':
      return () => undefined; // These are thrown to what catches them, or lead there; nothing is waited for.
    default:
      return definition satisfies never;
  }
}

/**
 * BPMN 2.0.2 §13.5.3, §13.5.4: a boundary event, or start event of an event sub-process, that does not interrupt goes on waiting for
 * messages and signals; all others have had theirs.
 */
export function staysArmed(element: FlowNode): boolean {
  return 'interrupting' in element && !element.interrupting;
}
