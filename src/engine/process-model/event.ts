import type { Activity } from './activity.js';
import type {
  CancelEventDefinition,
  CompensationEventDefinition,
  CompensationThrowDefinition,
  ConditionalEventDefinition,
  ErrorEventDefinition,
  ErrorThrowDefinition,
  EscalationEventDefinition,
  EscalationThrowDefinition,
  LinkEventDefinition,
  MessageEventDefinition,
  MessageThrowDefinition,
  MultipleEventDefinition,
  MultipleThrowDefinition,
  NoneEventDefinition,
  SignalEventDefinition,
  TerminateEventDefinition,
  TimerEventDefinition,
} from './event-definition.js';
import type { FlowNodeBase } from './flow-node.js';
import type { VoiceMenu } from './voice-menu.js';

export interface StartEvent extends FlowNodeBase {
  readonly type: 'startEvent';
  /** Variable that takes who started the instance (`camunda:initiator`). */
  readonly initiator?: string;
  /** Of an event sub-process: whether it terminates everything else in the scope around it. */
  readonly interrupting: boolean;
  readonly event:
    | NoneEventDefinition
    | MessageEventDefinition
    | SignalEventDefinition
    | TimerEventDefinition
    | ConditionalEventDefinition
    | ErrorEventDefinition
    | EscalationEventDefinition
    | CompensationEventDefinition
    | MultipleEventDefinition;
}

export interface EndEvent extends FlowNodeBase {
  readonly type: 'endEvent';
  readonly event:
    | NoneEventDefinition
    | ErrorThrowDefinition
    | EscalationThrowDefinition
    | CompensationThrowDefinition
    | CancelEventDefinition
    | TerminateEventDefinition
    | MessageThrowDefinition
    | SignalEventDefinition
    | MultipleThrowDefinition;
}

export interface IntermediateCatchEvent extends FlowNodeBase {
  readonly type: 'intermediateCatchEvent';
  readonly event:
    | MessageEventDefinition
    | SignalEventDefinition
    | TimerEventDefinition
    | ConditionalEventDefinition
    | LinkEventDefinition
    | MultipleEventDefinition;
  readonly voice?: VoiceMenu;
}

export interface IntermediateThrowEvent extends FlowNodeBase {
  readonly type: 'intermediateThrowEvent';
  readonly event:
    | NoneEventDefinition
    | EscalationThrowDefinition
    | CompensationThrowDefinition
    | MessageThrowDefinition
    | SignalEventDefinition
    | LinkEventDefinition
    | MultipleThrowDefinition;
}

export interface BoundaryEvent extends FlowNodeBase {
  readonly type: 'boundaryEvent';
  readonly attachedTo: Activity;
  readonly interrupting: boolean;
  readonly event:
    | MessageEventDefinition
    | SignalEventDefinition
    | TimerEventDefinition
    | ConditionalEventDefinition
    | ErrorEventDefinition
    | EscalationEventDefinition
    | CompensationEventDefinition
    | CancelEventDefinition
    | MultipleEventDefinition;
}
