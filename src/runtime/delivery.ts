import type { CallOutcome } from '../engine/command.js';
import type { Variables } from '../engine/json.js';
import type { CalledBinding } from '../engine/process-model.js';
import type { Escalation, ParentLink } from '../engine/state.js';

/** Which buffered messages: those without a key, after a row; those with a key, after a key; those with that key. */
export type KeptMessages =
  | { readonly kind: 'withoutKey'; readonly after: string }
  | { readonly kind: 'withKey'; readonly after: string }
  | { readonly kind: 'key'; readonly correlationKey: string };

/** The body of a delivery row: what one instance asks of another, or of nobody in particular. */
export type DeliveryBody =
  | {
      readonly kind: 'startCalledInstance';
      /** How many calls and ends of called instances led here, this one included. */
      readonly calls?: number;
      readonly bpmnProcessId: string;
      readonly binding: CalledBinding;
      /** The caller's definition, for the binding `deployment`. */
      readonly callerDefinitionId: string;
      readonly businessKey?: string;
      readonly variables: Variables;
      readonly parent: ParentLink;
    }
  | {
      readonly kind: 'cancelCalledInstance';
      readonly parentProcessInstanceId: string;
      readonly parentElementInstanceKey: number;
    }
  | {
      readonly kind: 'endCall';
      readonly calls?: number;
      readonly parent: ParentLink;
      readonly outcome: CallOutcome;
      readonly escalations?: readonly Escalation[];
    }
  | {
      /** A subscription goes on to take messages that are kept: one unit takes only so many. */
      readonly kind: 'consumeBuffered';
      readonly processInstanceId: string;
      readonly elementInstanceKey: number;
      readonly subscriptionKey: number;
      readonly messageName: string;
      readonly correlationKey: string;
    }
  | {
      /** An instance that a message had started has ended: the next message with its key may start one. */
      readonly kind: 'startBuffered';
      readonly bpmnProcessId: string;
      readonly correlationKey: string;
    }
  | {
      /** A message starts processes that it did not start before: those with it that are buffered start instances. */
      readonly kind: 'startByKept';
      readonly messageName: string;
      readonly bpmnProcessIds: readonly string[];
      readonly of: KeptMessages;
    }
  | {
      readonly kind: 'escalateCall';
      readonly parent: ParentLink;
      readonly escalations: readonly Escalation[];
    }
  | {
      readonly kind: 'publishMessage';
      readonly messageName: string;
      readonly correlationKey?: string;
      readonly messageId?: string;
      readonly timeToLiveMs: number;
      readonly variables: Variables;
    }
  | { readonly kind: 'broadcastSignal'; readonly signalName: string; readonly variables: Variables }
  | {
      readonly kind: 'triggerSignal';
      readonly processInstanceId: string;
      readonly elementInstanceKey: number;
      readonly subscriptionKey: number;
      readonly signalName: string;
      readonly variables: Variables;
    };
