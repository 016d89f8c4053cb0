import type { Execution } from '../execution.js';
import type { JsonValue, Variables } from '../json.js';
import type { FlowNode, LoopCharacteristics } from '../process-model.js';

/** How an activity is done several times: one file per kind, registered in `loop.ts`. All may throw `IncidentError` before they emit. */
export interface LoopBehavior<L extends LoopCharacteristics> {
  /** The body has been entered and its boundary events are armed: start what is to be started at once. */
  begin(execution: Execution, element: FlowNode, body: number, loop: L): void;
  /** What is to follow when an iteration has completed, decided before anything happens. `seen` covers the iteration's variables. */
  prepareEnd(execution: Execution, key: number, loop: L, seen: Variables): IterationEnd;
  /** Starts the next iteration, if one is to follow, when none is left. `end` is that of the last, undefined where it was canceled. */
  next(
    execution: Execution,
    element: FlowNode,
    body: number,
    loop: L,
    end: IterationEnd | undefined,
  ): boolean;
}

/** The end of an iteration. */
export interface IterationEnd {
  /** Nothing else is to be done: further iterations are not started, those that are open are canceled. */
  readonly isLast: boolean;
  /** What it gives to the output collection. */
  readonly output?: JsonValue;
  /** Throws the events that are thrown when it has completed; one of them may interrupt the activity. */
  readonly throwEvents?: () => void;
}
