import type {
  ErrorThrowDefinition,
  EscalationThrowDefinition,
  MessageSending,
  SignalEventDefinition,
} from './event-definition.js';
import type { Expression } from './expression.js';
import type { FlowNode } from './process.js';

export type LoopCharacteristics = MultiInstanceLoop | StandardLoop;

/** Done once for each item of a collection, or so many times (BPMN 2.0.2 §13.3.7). Exactly one of `collection` and `cardinality` is given. */
export interface MultiInstanceLoop {
  readonly kind: 'multiInstance';
  /** One iteration after the other; else all at once. */
  readonly isSequential: boolean;
  /** Must give a list. */
  readonly collection?: Expression;
  /** Variable of each iteration that holds its item. */
  readonly itemVariable?: string;
  /** Must give a whole number. */
  readonly cardinality?: Expression;
  readonly output?: LoopOutput;
  /** Evaluated each time an iteration has completed; must give true or false. When it is true, the others are canceled. */
  readonly completionCondition?: Expression;
  /** What it throws as its iterations complete (`behavior`); absent where it only waits for all of them. */
  readonly throws?: readonly CompletionThrow[];
}

/** An event that a multi-instance activity throws when one of its iterations has completed (BPMN 2.0.2 table 10.29). */
export interface CompletionThrow {
  /** Each time, the first time only, or each time that the condition gives true. */
  readonly when: 'each' | 'first' | Expression;
  readonly event: ThrownAtCompletion;
}

/** What can be thrown so, to be caught at the boundary of the activity. */
export type ThrownAtCompletion =
  | SignalEventDefinition
  | EscalationThrowDefinition
  | ErrorThrowDefinition
  | { readonly kind: 'messageThrow'; readonly send: Extract<MessageSending, { kind: 'publish' }> };

/** Done as long as a condition holds (BPMN 2.0.2 §13.3.6). At least one of `condition` and `maximum` is given. */
export interface StandardLoop {
  readonly kind: 'standard';
  /** The condition is looked at before the first iteration too. */
  readonly testBefore: boolean;
  /** Must give true or false. */
  readonly condition?: Expression;
  /** How often it is done at most, from 1. */
  readonly maximum?: number;
}

/** What the iterations give together. */
export interface LoopOutput {
  /** Variable that holds the list, once all have completed. */
  readonly collection: string;
  /** What one iteration gives, evaluated when it has completed. */
  readonly element: Expression;
  /** Variable that `element` reads: local to each iteration, so that none writes over another's. */
  readonly elementVariable?: string;
}

/** How an element is done several times; undefined for one that is done once. */
export function loopOf(element: FlowNode): LoopCharacteristics | undefined {
  return 'loop' in element ? element.loop : undefined;
}
