import type { JsonValue, Variables } from './json.js';
import type { CallOutcome } from './command.js';
import type { CompensationRecord, IncidentCode, IncidentStep, LoopKind, ParentLink, Step } from './state.js';

/** Version of the stored events of a journal row. */
export const EVENT_SCHEMA_VERSION = 1;

/**
 * What happened, in the past tense: the history of an instance. State is a function of these alone.
 * `key` is always the key of the element instance concerned.
 */
export type ProcessEvent =
  | {
      readonly type: 'processInstanceStarted';
      readonly processInstanceId: string;
      readonly bpmnProcessId: string;
      readonly businessKey?: string;
      readonly parent?: ParentLink;
    }
  | {
      /** The instance goes on by another definition. */
      readonly type: 'processInstanceMigrated';
      readonly processDefinitionId: string;
      readonly bpmnProcessId: string;
      /** The elements of the open element instances; `arrived` at a join, `waiting` in an ad-hoc sub-process. */
      readonly elements: readonly {
        readonly key: number;
        readonly elementId: string;
        readonly arrived?: readonly string[];
        readonly waiting?: readonly string[];
        /** Of what has completed and can be compensated: the new ids by the old. */
        readonly remembered?: Readonly<Record<string, string>>;
      }[];
      /** Waits for events that go on. */
      readonly kept: readonly { readonly key: number; readonly waitKey: number; readonly eventId: string }[];
      /** Events whose parts that have occurred stay so, by their new id; those of others are forgotten. */
      readonly occurred?: readonly { readonly key: number; readonly from: string; readonly to: string }[];
      /** Waits for events that are given up. */
      readonly closed: readonly { readonly key: number; readonly waitKey: number }[];
    }
  /** From here on no step is taken: those that would be are postponed. */
  | { readonly type: 'processInstanceSuspended' }
  /** Every postponed step is taken up. */
  | { readonly type: 'processInstanceResumed' }
  | { readonly type: 'stepPostponed'; readonly key: number; readonly step: Step }
  | { readonly type: 'processInstanceCompleted' }
  | { readonly type: 'processInstanceCanceled' }
  | { readonly type: 'processInstanceTerminated'; readonly errorCode?: string }
  | {
      /** A token has entered an element; `flowId` is the sequence flow it came by, absent where it appeared. */
      readonly type: 'elementActivated';
      readonly key: number;
      readonly elementId: string;
      readonly scope: number;
      readonly flowId?: string;
      /** At a join: the token waits there for others. */
      readonly arriving?: true;
      /** The event sub-processes of its scope are armed when it is left. */
      readonly starts?: true;
      /** It is the body of an activity that is done several times: the iterations follow inside it. */
      readonly body?: LoopKind;
      /** It is an iteration of the body that is its scope, counted from 1. */
      readonly iteration?: number;
      /** It is done for a compensation; that element instance waits for it. */
      readonly compensates?: number;
      /** Of an iteration, or what compensates one: its local variables. */
      readonly variables?: Variables;
    }
  /** An interrupting event sub-process starts in a scope: these waits of the scope are given up, and none of its event sub-processes starts any more. */
  | { readonly type: 'scopeInterrupted'; readonly key: number; readonly disarmed: readonly number[] }
  /** These records, in order of completion, are taken from the scopes that hold them, and compensated from the last on. */
  | {
      readonly type: 'compensationBegun';
      readonly key: number;
      readonly records: readonly CompensationRecord[];
      readonly scopes: readonly number[];
      /** A transaction is canceled. */
      readonly canceling?: true;
    }
  /** The last of the records that are left is compensated now. */
  | { readonly type: 'compensationContinued'; readonly key: number }
  | { readonly type: 'compensationEnded'; readonly key: number }
  /** A sub-process that had completed is opened again as it was then, for the handlers inside. */
  | {
      readonly type: 'scopeReopened';
      readonly key: number;
      readonly elementId: string;
      readonly scope: number;
      readonly compensates: number;
      readonly compensations: readonly CompensationRecord[];
      readonly variables?: Variables;
    }
  /** What was done in a sub-process that had been opened again is done, or was canceled. */
  | { readonly type: 'scopeClosed'; readonly key: number }
  /** A further token has arrived at a join, or at an activity that needs several, that waits. */
  | { readonly type: 'tokenArrived'; readonly key: number; readonly flowId: string }
  /** An activity that needs several tokens has all of them, and begins. */
  | { readonly type: 'tokensGathered'; readonly key: number }
  /** The element is left; a token is put on each of `flows`. `output` is what an iteration gives to its output collection. */
  | {
      readonly type: 'elementCompleted';
      readonly key: number;
      readonly flows: readonly string[];
      readonly output?: JsonValue;
      /** It can be compensated from now on: by its handler, or by those of what completed inside. */
      readonly compensable?: 'handler' | 'scope';
    }
  /** It is known how many iterations a multi-instance activity has, and of what, where that is still needed. */
  | {
      readonly type: 'iterationsPlanned';
      readonly key: number;
      readonly total: number;
      readonly items?: readonly JsonValue[];
    }
  | {
      /** Elements of an ad-hoc sub-process were chosen; of all that were, these wait for their turn now. */
      readonly type: 'elementsChosen';
      readonly key: number;
      readonly elementIds: readonly string[];
      readonly waiting: readonly string[];
    }
  /** The completion condition of an ad-hoc sub-process is true: nothing further begins inside. */
  | { readonly type: 'completionConditionMet'; readonly key: number }
  | { readonly type: 'elementCanceled'; readonly key: number }
  /** A token is put on a sequence flow of a scope by hand. */
  | { readonly type: 'tokenPlaced'; readonly key: number; readonly flowId: string }
  /** Tokens under way on these sequence flows of a scope are taken away. */
  | { readonly type: 'tokensDropped'; readonly key: number; readonly flows: readonly string[] }
  /** Merged into the variables of the scope or element instance. */
  | { readonly type: 'variablesSet'; readonly key: number; readonly variables: Variables }
  /** The local variables are exactly these: input mappings, evaluated anew each time the element is entered. */
  | { readonly type: 'inputsMapped'; readonly key: number; readonly variables: Variables }
  /** What came with the job, task, message or error that ends the element instance. */
  | { readonly type: 'resultReceived'; readonly key: number; readonly variables: Variables }
  | {
      readonly type: 'jobCreated';
      readonly key: number;
      readonly jobKey: number;
      readonly jobType: string;
      readonly retries: number;
    }
  | { readonly type: 'jobCompleted'; readonly key: number; readonly jobKey: number }
  | { readonly type: 'jobRetried'; readonly key: number; readonly jobKey: number }
  | { readonly type: 'userTaskCreated'; readonly key: number; readonly userTaskKey: number }
  | { readonly type: 'userTaskCompleted'; readonly key: number; readonly userTaskKey: number }
  | {
      readonly type: 'timerScheduled';
      readonly key: number;
      readonly timerKey: number;
      readonly eventId: string;
      readonly dueAt: number;
      readonly interval?: string;
      readonly repetitionsLeft?: number;
      readonly part?: number;
    }
  | {
      readonly type: 'timerTriggered';
      readonly key: number;
      readonly timerKey: number;
      readonly eventId: string;
    }
  | {
      readonly type: 'messageSubscriptionOpened';
      readonly key: number;
      readonly subscriptionKey: number;
      readonly eventId: string;
      readonly messageName: string;
      readonly correlationKey: string;
      readonly part?: number;
    }
  | {
      readonly type: 'messageCorrelated';
      readonly key: number;
      readonly subscriptionKey: number;
      readonly eventId: string;
      readonly messageName: string;
      /** The subscription stays open: the event does not interrupt. */
      readonly remains?: true;
    }
  | {
      readonly type: 'signalSubscriptionOpened';
      readonly key: number;
      readonly subscriptionKey: number;
      readonly eventId: string;
      readonly signalName: string;
      readonly part?: number;
    }
  | {
      readonly type: 'signalCaught';
      readonly key: number;
      readonly subscriptionKey: number;
      readonly eventId: string;
      readonly signalName: string;
      readonly remains?: true;
    }
  | {
      readonly type: 'conditionalSubscriptionOpened';
      readonly key: number;
      readonly subscriptionKey: number;
      readonly eventId: string;
      readonly part?: number;
    }
  | {
      /** The condition has become true. */
      readonly type: 'conditionMet';
      readonly key: number;
      readonly subscriptionKey: number;
      readonly eventId: string;
      readonly remains?: true;
    }
  /** The condition of an event that stays armed is not true any more. */
  | {
      readonly type: 'conditionUnmet';
      readonly key: number;
      readonly subscriptionKey: number;
      readonly eventId: string;
    }
  | {
      /** A part of a parallel multiple event has occurred; the event itself waits for the others. */
      readonly type: 'eventPartOccurred';
      readonly key: number;
      readonly eventId: string;
      readonly part: number;
      readonly variables: Variables;
    }
  /** All parts of a parallel multiple event have occurred, and with them the event. */
  | { readonly type: 'eventPartsConsumed'; readonly key: number; readonly eventId: string }
  | {
      readonly type: 'messageThrown';
      readonly key: number;
      readonly messageName: string;
      readonly correlationKey?: string;
    }
  | {
      /** A decision was evaluated; its result is told by `resultReceived`. */
      readonly type: 'decisionEvaluated';
      readonly key: number;
      readonly decisionDefinitionId: string;
      readonly decisionId: string;
      readonly version: number;
      /** It and what it requires, in the order of evaluation, with the rules of tables that matched. */
      readonly evaluated: readonly {
        readonly decisionId: string;
        readonly matchedRules?: readonly { readonly ruleId?: string; readonly ruleIndex: number }[];
      }[];
    }
  | { readonly type: 'signalThrown'; readonly key: number; readonly signalName: string }
  | {
      /** A BPMN error; `caughtBy` is the element that catches it, absent where nothing does. */
      readonly type: 'errorThrown';
      readonly key: number;
      readonly errorCode: string;
      readonly errorMessage?: string;
      readonly caughtBy?: string;
    }
  | {
      /** An escalation; `caughtBy` is the element that catches it. `toCaller`: its variables, when a caller does. */
      readonly type: 'escalationThrown';
      readonly key: number;
      readonly escalationCode: string;
      readonly caughtBy?: string;
      readonly toCaller?: Variables;
    }
  /** The called instance has thrown escalations, as many as this in all. */
  | {
      readonly type: 'callEscalated';
      readonly key: number;
      readonly callKey: number;
      readonly escalationsTaken: number;
    }
  | {
      readonly type: 'callRequested';
      readonly key: number;
      readonly callKey: number;
      readonly bpmnProcessId: string;
    }
  | {
      readonly type: 'callEnded';
      readonly key: number;
      readonly callKey: number;
      readonly outcome: CallOutcome['kind'] | 'failed';
    }
  | {
      readonly type: 'incidentRaised';
      readonly key: number;
      readonly incidentKey: number;
      readonly code: IncidentCode;
      readonly message: string;
      readonly step: IncidentStep;
    }
  | { readonly type: 'incidentResolved'; readonly key: number; readonly incidentKey: number };

export type ProcessEventType = ProcessEvent['type'];
