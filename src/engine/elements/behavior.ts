import type { Execution } from '../execution.js';
import type { Variables } from '../json.js';
import type { EvaluationContext, FlowNode, SequenceFlow } from '../process-model.js';
import type { EventWait } from '../state.js';

/** An event that an open element instance waited for has occurred. */
export interface Trigger {
  /** The element instance that held the wait. */
  readonly hostKey: number;
  readonly wait: EventWait;
  readonly variables: Variables;
}

/**
 * What an element does with a token: one file per element, registered in `registry.ts`. All may throw `IncidentError`, as long as they
 * have emitted nothing before.
 */
export interface ElementBehavior<E extends FlowNode> {
  /** A token has entered and the element instance exists: pass it on, open waits, or fill a scope. */
  activate(execution: Execution, element: E, key: number): void;
  /** A join takes its tokens itself: they may belong to an element instance that waits already. */
  arrive?(execution: Execution, element: E, scope: number, flow: SequenceFlow): void;
  /** The event that this element catches has occurred. */
  trigger?(execution: Execution, element: E, trigger: Trigger): void;
  /** Where the token goes; default: BPMN's rule for activities and events. */
  flows?(execution: Execution, element: E, key: number, context: EvaluationContext): readonly SequenceFlow[];
}
