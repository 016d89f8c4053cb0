import type { Expression } from './expression.js';
import type { JobDefinition } from './job-definition.js';

/** Every event definition that the engine executes, by `kind`. */
export type EventDefinition =
  | NoneEventDefinition
  | MessageEventDefinition
  | MessageThrowDefinition
  | SignalEventDefinition
  | TimerEventDefinition
  | ErrorEventDefinition
  | ErrorThrowDefinition
  | EscalationEventDefinition
  | EscalationThrowDefinition
  | CompensationEventDefinition
  | CompensationThrowDefinition
  | CancelEventDefinition
  | TerminateEventDefinition
  | LinkEventDefinition
  | ConditionalEventDefinition
  | MultipleEventDefinition
  | MultipleThrowDefinition;

export interface NoneEventDefinition {
  readonly kind: 'none';
}

/** A message that is waited for. */
export interface MessageEventDefinition {
  readonly kind: 'message';
  readonly message: MessageDefinition;
}

export interface MessageDefinition {
  /** Must give a non-empty string. */
  readonly name: Expression;
  /** Must give a string or a number; undefined only where the message starts an instance. */
  readonly correlationKey?: Expression;
}

/** A message that is thrown. */
export interface MessageThrowDefinition {
  readonly kind: 'messageThrow';
  readonly send: MessageSending;
}

/** How a message leaves: as a job that a worker does, or published by the engine inside the server. */
export type MessageSending =
  | { readonly kind: 'job'; readonly job: JobDefinition }
  | {
      readonly kind: 'publish';
      readonly name: Expression;
      readonly correlationKey?: Expression;
      /** ISO 8601 duration or milliseconds; default: not buffered. */
      readonly timeToLive?: Expression;
      readonly messageId?: Expression;
    };

export interface SignalEventDefinition {
  readonly kind: 'signal';
  /** Must give a non-empty string. */
  readonly name: Expression;
}

/** BPMN 2.0.2 §10.5.5: exactly one of date, duration and cycle. */
export interface TimerEventDefinition {
  readonly kind: 'timer';
  readonly timer:
    | { readonly kind: 'date'; readonly value: Expression }
    | { readonly kind: 'duration'; readonly value: Expression }
    /** ISO 8601 repeating interval (`R3/PT1H`, `R/2026-01-01T00:00:00Z/P1D`). */
    | { readonly kind: 'cycle'; readonly value: Expression };
}

/** An error that is caught. */
export interface ErrorEventDefinition {
  readonly kind: 'error';
  /** Undefined: catches every error (BPMN 2.0.2 §10.5.5). */
  readonly errorCode?: string;
  /** Variables that take the code and the message of what was caught. */
  readonly codeVariable?: string;
  readonly messageVariable?: string;
}

/** An error that is thrown. */
export interface ErrorThrowDefinition {
  readonly kind: 'errorThrow';
  /** Must give a non-empty string. */
  readonly errorCode: Expression;
  /** A text is said with the error; anything else is not. */
  readonly errorMessage?: Expression;
}

/** An escalation that is caught. */
export interface EscalationEventDefinition {
  readonly kind: 'escalation';
  /** Undefined: catches every escalation (BPMN 2.0.2 §10.5.5). */
  readonly escalationCode?: string;
}

/** An escalation that is thrown. */
export interface EscalationThrowDefinition {
  readonly kind: 'escalationThrow';
  /** Must give a non-empty string. */
  readonly escalationCode: Expression;
}

/** The mark of what compensates: never waited for. */
export interface CompensationEventDefinition {
  readonly kind: 'compensation';
}

/** Compensation is asked for. */
export interface CompensationThrowDefinition {
  readonly kind: 'compensationThrow';
  /** The activity; undefined: everything that has completed in the scope. */
  readonly activityId?: string;
  /** Whether the event waits for the handlers. */
  readonly waitForCompletion: boolean;
}

/** A transaction is canceled, or has been. */
export interface CancelEventDefinition {
  readonly kind: 'cancel';
}

export interface TerminateEventDefinition {
  readonly kind: 'terminate';
}

/**
 * A go-to within one scope (BPMN 2.0.2 §10.5.5): a sequence flow of the builder's own leads from each throw event to the catch event of
 * that name.
 */
export interface LinkEventDefinition {
  readonly kind: 'link';
  readonly name: string;
}

/** BPMN 2.0.2 §10.5.5: occurs when its condition becomes true. */
export interface ConditionalEventDefinition {
  readonly kind: 'conditional';
  /** Must give true or false; null, as of variables that are not there yet, is not true. */
  readonly condition: Expression;
  /** Names of the variables whose change has it evaluated again. */
  readonly variables: readonly string[];
}

/** Several definitions of one catch event (BPMN 2.0.2 §10.5.5): one of them is enough, or all have to occur. */
export interface MultipleEventDefinition {
  readonly kind: 'multiple';
  /** All have to occur, in any order. */
  readonly parallel: boolean;
  /** Two or more; their place in the list tells them apart. */
  readonly parts: readonly CaughtPart[];
}

/** What a multiple event can wait for. */
export type CaughtPart =
  | MessageEventDefinition
  | SignalEventDefinition
  | TimerEventDefinition
  | ConditionalEventDefinition
  | ErrorEventDefinition
  | EscalationEventDefinition
  | CancelEventDefinition;

/** Several definitions of one throw or end event: all of them happen (BPMN 2.0.2 §10.5.5). */
export interface MultipleThrowDefinition {
  readonly kind: 'multipleThrow';
  /** Two or more: at most one of a job, compensation, and what ends the scope. */
  readonly parts: readonly ThrownPart[];
}

/** What a multiple event can throw. */
export type ThrownPart =
  | MessageThrowDefinition
  | SignalEventDefinition
  | ErrorThrowDefinition
  | EscalationThrowDefinition
  | CompensationThrowDefinition
  | CancelEventDefinition
  | TerminateEventDefinition;
