import type { CallOutcome } from './command.js';
import type { Variables } from './json.js';
import type { CalledBinding } from './process-model.js';
import type { Escalation, IncidentCode, ParentLink } from './state.js';

/**
 * What the shell must do for the engine, as data: rows to write in the command's own transaction.
 * Keys are those of the instance; the shell makes ids of them (`processInstanceId-key`).
 */
export type Effect =
  | {
      readonly type: 'createJob';
      readonly jobKey: number;
      readonly elementInstanceKey: number;
      readonly elementId: string;
      readonly jobType: string;
      readonly retries: number;
      readonly priority: number;
      readonly headers: Readonly<Record<string, string>>;
    }
  /** The job has ended: completed, or not wanted any more. */
  | { readonly type: 'removeJob'; readonly jobKey: number }
  /** The job is offered again with so many retries. */
  | { readonly type: 'retryJob'; readonly jobKey: number; readonly retries: number }
  | {
      readonly type: 'createUserTask';
      readonly userTaskKey: number;
      readonly elementInstanceKey: number;
      readonly elementId: string;
      readonly name?: string;
      readonly assignee?: string;
      readonly candidateGroups: readonly string[];
      readonly candidateUsers: readonly string[];
      /** Milliseconds since the epoch. */
      readonly dueAt?: number;
      readonly followUpAt?: number;
      /** 0 to 100. */
      readonly priority: number;
      readonly formId?: string;
      readonly headers: Readonly<Record<string, string>>;
    }
  | { readonly type: 'endUserTask'; readonly userTaskKey: number; readonly outcome: 'completed' | 'canceled' }
  | {
      readonly type: 'scheduleTimer';
      readonly timerKey: number;
      readonly elementInstanceKey: number;
      readonly elementId: string;
      /** Milliseconds since the epoch; in the past means at once. */
      readonly dueAt: number;
      readonly repetitionsLeft?: number;
    }
  | { readonly type: 'removeTimer'; readonly timerKey: number }
  | {
      /** A buffered message that fits is correlated at once, in the same transaction. */
      readonly type: 'openMessageSubscription';
      readonly subscriptionKey: number;
      readonly elementInstanceKey: number;
      readonly elementId: string;
      readonly messageName: string;
      readonly correlationKey: string;
    }
  | { readonly type: 'closeMessageSubscription'; readonly subscriptionKey: number }
  | {
      readonly type: 'openSignalSubscription';
      readonly subscriptionKey: number;
      readonly elementInstanceKey: number;
      readonly elementId: string;
      readonly signalName: string;
    }
  | { readonly type: 'closeSignalSubscription'; readonly subscriptionKey: number }
  | {
      readonly type: 'startCalledInstance';
      readonly callKey: number;
      readonly elementInstanceKey: number;
      readonly bpmnProcessId: string;
      readonly binding: CalledBinding;
      readonly businessKey?: string;
      readonly variables: Variables;
      readonly parent: ParentLink;
    }
  | {
      /** After a migration: the row is of another element, and of the instance's new definition. */
      readonly type: 'moveRow';
      readonly kind: 'job' | 'userTask' | 'timer' | 'message' | 'signal' | 'incident';
      readonly rowKey: number;
      readonly elementId: string;
    }
  | { readonly type: 'cancelCalledInstance'; readonly elementInstanceKey: number; readonly callKey: number }
  /** This instance has ended and was called: its caller's `endCall`. */
  | {
      readonly type: 'reportToCaller';
      readonly parent: ParentLink;
      readonly outcome: CallOutcome;
      readonly escalations?: readonly Escalation[];
    }
  /** This instance has thrown an escalation that its caller catches: all of them so far, for `escalateCall`. */
  | {
      readonly type: 'escalateToCaller';
      readonly parent: ParentLink;
      readonly escalations: readonly Escalation[];
    }
  | {
      readonly type: 'publishMessage';
      readonly messageName: string;
      readonly correlationKey?: string;
      readonly messageId?: string;
      readonly timeToLiveMs: number;
      readonly variables: Variables;
    }
  | { readonly type: 'broadcastSignal'; readonly signalName: string; readonly variables: Variables }
  | {
      readonly type: 'raiseIncident';
      readonly incidentKey: number;
      readonly elementInstanceKey: number;
      readonly elementId: string;
      readonly code: IncidentCode;
      readonly message: string;
      readonly jobKey?: number;
    }
  | { readonly type: 'resolveIncident'; readonly incidentKey: number };

export type EffectType = Effect['type'];
