import type { FlowNodeBase } from './flow-node.js';
import type { VoiceMenu } from './voice-menu.js';

export interface ExclusiveGateway extends FlowNodeBase {
  readonly type: 'exclusiveGateway';
}

export interface ParallelGateway extends FlowNodeBase {
  readonly type: 'parallelGateway';
}

export interface InclusiveGateway extends FlowNodeBase {
  readonly type: 'inclusiveGateway';
}

/** Exclusive event-based gateway: the first event behind it decides (BPMN 2.0.2 §13.4.4). */
export interface EventBasedGateway extends FlowNodeBase {
  readonly type: 'eventBasedGateway';
  /** Each event behind it starts an instance; nothing leads to it. */
  readonly instantiate?: true;
  /** One that instantiates: the instance waits for the other events too (BPMN 2.0.2 §10.6.6). */
  readonly parallel?: true;
  readonly voice?: VoiceMenu;
}
