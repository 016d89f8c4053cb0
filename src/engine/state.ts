import type { ElementInstances } from './element-instances.js';
import type { JsonValue, Variables } from './json.js';

/** Version of the stored document; a reader upgrades older ones before the engine sees them. */
export const STATE_SCHEMA_VERSION = 1;

/** Key of the process itself among the element instances: the outermost scope. */
export const ROOT_KEY = 0;

/**
 * One running or ended process instance: plain JSON, a function of its events alone (`evolve`).
 * Keys are numbers from the instance's own counter; `processInstanceId-key` is what the world sees.
 */
export interface ProcessInstanceState {
  readonly schema: typeof STATE_SCHEMA_VERSION;
  readonly processInstanceId: string;
  readonly status: ProcessInstanceStatus;
  /** Code of the error end event that nothing caught; only with status `terminated`. */
  readonly errorCode?: string;
  /** The last key given out. */
  readonly lastKey: number;
  /** Time of the last command, milliseconds since the epoch: never goes back. */
  readonly at: number;
  readonly businessKey?: string;
  readonly parent?: ParentLink;
  /** It stands still: no step is taken until it is resumed. */
  readonly suspended?: true;
  /** Every escalation that went to the caller, in order. */
  readonly escalated?: readonly Escalation[];
  /** Open element instances by key. `ROOT_KEY` is the process itself and stays after the end, with its variables. */
  readonly elementInstances: ElementInstances;
}

export type ProcessInstanceStatus = 'active' | 'completed' | 'canceled' | 'terminated';

/** Which call activity started this instance, and what can be caught there. */
export interface ParentLink {
  readonly processInstanceId: string;
  readonly elementInstanceKey: number;
  readonly callKey: number;
  /** 1 for an instance called by an instance that nobody called. */
  readonly depth: number;
  readonly caughtErrors: CaughtErrors;
  /** What catches escalations there and around it, the nearest first; absent in links of older versions. */
  readonly caughtEscalations?: readonly CaughtEscalation[];
}

/** Something that catches escalations: those of a code, or all. */
export interface CaughtEscalation {
  readonly escalationCode?: string;
  readonly interrupting: boolean;
}

/** An escalation that was thrown. */
export interface Escalation {
  readonly escalationCode: string;
  readonly variables: Variables;
}

/** The errors that a scope and all scopes around it, callers included, would catch. */
export interface CaughtErrors {
  /** Something catches every error. */
  readonly any: boolean;
  readonly codes: readonly string[];
}

/** One activation of an element: it holds a token, or is a scope that holds tokens. */
export interface ElementInstance {
  readonly elementId: string;
  /** Key of the scope directly around it; the process itself has none. */
  readonly scope?: number;
  /**
   * On a scope: open element instances directly inside plus tokens under way on its sequence flows.
   * A scope whose count falls to zero is done (BPMN 2.0.2 §13.3.4).
   */
  readonly tokens?: number;
  /** Variables local to it. */
  readonly variables?: Variables;
  /** What came with the job, task, message or error that ends it, until it has left the element. */
  readonly result?: Variables;
  /** On a scope: an interrupting event sub-process has started in it; no further one does (BPMN 2.0.2 §13.5.4). */
  readonly interrupted?: true;
  /** On a scope: what has completed in it and can be compensated, in order of completion (BPMN 2.0.2 §13.5.5). */
  readonly compensations?: readonly CompensationRecord[];
  /** It compensates: what is still to be compensated, the last first, while a handler is at work. */
  readonly compensating?: readonly CompensationRecord[];
  /** It is done for a compensation: the key of the element instance that waits for it. */
  readonly compensates?: number;
  /** What such a handler remembers: the local variables of the iteration that it undoes, which it reads and does not write. */
  readonly recalled?: Variables;
  /** A sub-process that had completed, opened again with its old key for the handlers inside. */
  readonly reopened?: true;
  /** A transaction that is being canceled. */
  readonly canceling?: true;
  /** A start event that has brought data: the event sub-processes around it are armed when it is left, as they may need the data. */
  readonly starts?: true;
  /** At a join, or an activity that needs several tokens and waits for them: the incoming flows on which a token has arrived. */
  readonly arrived?: readonly string[];
  /** On the body of an activity that is done several times: how far it has come. Its iterations are inside it. */
  readonly loop?: LoopState;
  /** On an ad-hoc sub-process: what has been chosen inside. */
  readonly adHoc?: AdHocState;
  /** On an iteration of such an activity: which one it is, from 1. Its `scope` is the body. */
  readonly iteration?: number;
  /** At a call activity: how many escalations of the called instance have been thrown here. */
  readonly escalationsTaken?: number;
  /** Parts of parallel multiple events that have occurred while others are waited for, with what came with them. */
  readonly occurred?: readonly OccurredPart[];
  /** What would move it on. */
  readonly waits?: readonly Wait[];
  readonly incident?: Incident;
  /** The step that it takes when its suspended process instance is resumed. */
  readonly postponed?: Step;
}

/** An activity that has completed and can be compensated. */
export interface CompensationRecord {
  /** Key of the element instance. */
  readonly key: number;
  readonly elementId: string;
  /** Its local variables when it completed: of a scope, for the handlers inside; of an iteration, for its handler. */
  readonly variables?: Variables;
  /** Of a scope: what completed inside. */
  readonly inner?: readonly CompensationRecord[];
  /** It had not completed when the transaction around it was canceled: only what is inside is compensated. */
  readonly isOpen?: true;
}

/** What an element instance does next: entering the element, what it does behind its boundary events, leaving it. */
export type Step = 'activate' | 'perform' | 'complete';

/** How far the body of a multi-instance or loop activity has come (BPMN 2.0.2 §13.3.6, §13.3.7). */
export interface LoopState {
  readonly kind: LoopKind;
  /** Of a multi-instance activity that has begun: how many iterations there are to be. */
  readonly total?: number;
  /** Items of the collection, where iterations are still to be made or their input mappings may be evaluated again. */
  readonly items?: readonly JsonValue[];
  /** How many iterations have been started: the `loopCounter` of the last. */
  readonly started: number;
  readonly completed: number;
  /** Iterations that were canceled while the body went on. */
  readonly terminated?: number;
  /** What the iterations that have completed gave, in the order of the items; null for one that has not. */
  readonly outputs?: readonly JsonValue[];
}

/** What has been chosen in an ad-hoc sub-process (BPMN 2.0.2 §13.3.5). */
export interface AdHocState {
  /** Ids of elements that wait for their turn, as only one may be active. */
  readonly waiting: readonly string[];
  /** The completion condition has been true: nothing further begins. */
  readonly done?: true;
}

export type LoopKind = 'multiInstance' | 'standard';

/** A part of a parallel multiple event that has occurred. */
export interface OccurredPart {
  readonly eventId: string;
  readonly part: number;
  readonly variables: Variables;
}

/** Something outside that an element instance waits for; `key` names the row that stands for it. */
export type Wait =
  | { readonly kind: 'job'; readonly key: number }
  | { readonly kind: 'userTask'; readonly key: number }
  | { readonly kind: 'call'; readonly key: number }
  | EventWait;

/**
 * A wait for an event. `eventId` is the catching element: itself, an attached boundary event, an event behind an event-based gateway;
 * `part` the place of the definition among those of a multiple event.
 */
export type EventWait =
  | { readonly kind: 'message'; readonly key: number; readonly eventId: string; readonly part?: number }
  | { readonly kind: 'signal'; readonly key: number; readonly eventId: string; readonly part?: number }
  | TimerWait
  | ConditionalWait;

export interface TimerWait {
  readonly kind: 'timer';
  readonly key: number;
  readonly eventId: string;
  readonly part?: number;
  /** Milliseconds since the epoch. */
  readonly dueAt: number;
  /** Of a cycle: its rhythm, an ISO 8601 duration with where it began and ends (`rhythmOf`), or a cron expression. */
  readonly interval?: string;
  /** Of a cycle: ticks after this one; absent means without end. */
  readonly repetitionsLeft?: number;
}

/** No row stands for it: it is looked at after each step that changes a variable that its condition reads. */
export interface ConditionalWait {
  readonly kind: 'conditional';
  readonly key: number;
  readonly eventId: string;
  readonly part?: number;
  /** The condition was true when it was evaluated last: it has to become false before it occurs again. */
  readonly met?: true;
}

/** A step that could not be taken because of the model or the data. Resolving it takes the step again. */
export interface Incident {
  readonly key: number;
  readonly code: IncidentCode;
  readonly message: string;
  readonly step: IncidentStep;
}

/**
 * Which step is taken again: entering the element; what it does once its boundary events are armed, which are not armed anew; leaving
 * it; its job; or the evaluation of the conditions that it waits for.
 */
export type IncidentStep = Step | 'job' | 'condition';

/** Every kind of incident, with what it means. Docs and the REST contract show exactly these. */
export const incidentCodes = {
  'expression-failed': 'An expression gave a value of the wrong kind or overran its budget.',
  'no-flow-taken': 'No condition of a sequence flow out of the element was true and it has no default flow.',
  'invalid-timer': 'A timer expression gave no ISO 8601 date, duration or repeating interval.',
  'job-retries-exhausted': 'A job failed and has no retries left.',
  'uncaught-error': 'A job or user task threw a BPMN error that nothing catches.',
  'called-process-not-found':
    'The process that a call activity names is not deployed, or cannot be started plainly.',
  'called-decision-not-found': 'The decision that a business rule task calls is not deployed.',
  'decision-failed':
    'A decision has no result: the variables do not fit its model, or rules break its hit policy.',
  'called-instance-canceled':
    'The called process instance was canceled while its call activity waited for it.',
  'call-depth-exceeded': 'Call activities are nested deeper than allowed.',
  'call-tree-limit-exceeded':
    'One process instance has called more instances that are active, directly or through others, than allowed.',
  'delivery-chain-exceeded':
    'Messages and signals, or calls, followed from one another more often than allowed.',
  'iteration-limit-exceeded': 'A multi-instance activity would be done more often than allowed.',
  'step-limit-exceeded': 'One command took more steps than allowed: most likely a loop without a wait.',
} as const satisfies Record<string, string>;

export type IncidentCode = keyof typeof incidentCodes;
