import { readConditionalEvent } from './conditional.js';
import { readCancelEvent } from './cancel.js';
import { readCompensationEvent } from './compensation.js';
import { readErrorEvent } from './error.js';
import type { EventDefinitionReader } from './event-definition-reader.js';
import { readLinkEvent } from './link.js';
import { readEscalationEvent } from './escalation.js';
import { readMessageEvent } from './message.js';
import { readSignalEvent } from './signal.js';
import { readTerminateEvent } from './terminate.js';
import { readTimerEvent } from './timer.js';

/** One reader per kind of event definition that the engine executes, by BPMN's type. */
export const eventDefinitionReaders: ReadonlyMap<string, EventDefinitionReader> = new Map([
  ['bpmn:MessageEventDefinition', readMessageEvent],
  ['bpmn:SignalEventDefinition', readSignalEvent],
  ['bpmn:TimerEventDefinition', readTimerEvent],
  ['bpmn:ConditionalEventDefinition', readConditionalEvent],
  ['bpmn:ErrorEventDefinition', readErrorEvent],
  ['bpmn:LinkEventDefinition', readLinkEvent],
  ['bpmn:CompensateEventDefinition', readCompensationEvent],
  ['bpmn:CancelEventDefinition', readCancelEvent],
  ['bpmn:EscalationEventDefinition', readEscalationEvent],
  ['bpmn:TerminateEventDefinition', readTerminateEvent],
]);
