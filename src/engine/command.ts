import type { DecisionLookup } from './decision.js';
import type { Variables } from './json.js';
import type { Escalation, IncidentCode, ParentLink } from './state.js';

/** A command with what the shell knows about it. The engine reads `at`, `hops`, `calls` and the command; the rest goes to the journal. */
export interface CommandEnvelope<C extends Command = Command> {
  readonly tenantId: string;
  /** Who asked: a principal's id, or the loop that acted (`timer`, `delivery`). */
  readonly actor: string;
  /** W3C traceparent of the request. */
  readonly traceparent?: string;
  readonly idempotencyKey?: string;
  /** Milliseconds since the epoch: the only time the engine knows. */
  readonly at: number;
  /** How many deliveries of messages and signals led here; 0 for a command from outside. */
  readonly hops: number;
  /** How many calls and ends of called instances led here; absent for none. */
  readonly calls?: number;
  readonly command: C;
  /** The decisions that the shell has looked for; absent: none. */
  readonly decisions?: DecisionLookup;
}

/** Everything that can be asked of a process instance. Keys are those of the instance's state. */
export type Command =
  | StartProcessInstance
  | CancelProcessInstance
  | SuspendProcessInstance
  | ResumeProcessInstance
  | ModifyProcessInstance
  | MigrateProcessInstance
  | SetVariables
  | CompleteJob
  | ThrowJobError
  | ExhaustJob
  | CompleteUserTask
  | ThrowUserTaskError
  | ThrowJobEscalation
  | ThrowUserTaskEscalation
  | EscalateCall
  | TriggerTimer
  | CorrelateMessage
  | TriggerSignal
  | EndCall
  | FailCall
  | ResolveIncident
  | ActivateElements;

export type CommandType = Command['type'];

export interface StartProcessInstance {
  readonly type: 'startProcessInstance';
  /** UUIDv7 made by the shell. */
  readonly processInstanceId: string;
  /** A start event of the process; undefined takes the none start. */
  readonly startElementId?: string;
  readonly businessKey?: string;
  readonly variables: Variables;
  /** Who starts it, for the variable that a start event names. */
  readonly initiator?: string;
  readonly parent?: ParentLink;
}

export interface CancelProcessInstance {
  readonly type: 'cancelProcessInstance';
}

export interface SuspendProcessInstance {
  readonly type: 'suspendProcessInstance';
}

export interface ResumeProcessInstance {
  readonly type: 'resumeProcessInstance';
}

/** Tokens are put and taken away by hand: all instructions or none. */
export interface ModifyProcessInstance {
  readonly type: 'modifyProcessInstance';
  readonly activate: readonly ActivateInstruction[];
  readonly cancel: readonly CancelInstruction[];
  readonly move: readonly MoveInstruction[];
}

export interface ActivateInstruction {
  readonly elementId: string;
  /** Written before the element is entered, each to the scope that holds it, else to the process instance. */
  readonly variables?: Variables;
  /** The open scope in which to activate; scopes between it and the element are looked for or made. */
  readonly ancestorKey?: number;
}

/** One open element instance, or all open instances of an element. */
export type CancelInstruction = { readonly key: number } | { readonly elementId: string };

/** Each instance of `from` is canceled, and a token put on the target in its place. */
export interface MoveInstruction {
  readonly from: CancelInstruction;
  readonly toElementId: string;
  readonly variables?: Variables;
  readonly ancestorKey?: number;
}

/** The instance goes on by another definition: `migrate`, not `advance`, does it, since it takes both. */
export interface MigrateProcessInstance {
  readonly type: 'migrateProcessInstance';
  readonly targetProcessDefinitionId: string;
  /** Of elements, and of sequence flows that lead to a join; what is not named keeps its id. */
  readonly mappings: readonly ElementMapping[];
}

export interface ElementMapping {
  readonly from: string;
  readonly to: string;
}

/** Commands that `advance` applies to an instance that exists. */
export type InstanceCommand = Exclude<Command, StartProcessInstance | MigrateProcessInstance>;

export interface SetVariables {
  readonly type: 'setVariables';
  /** The scope to write to; undefined writes each variable to the process instance. */
  readonly scopeKey?: number;
  readonly variables: Variables;
}

/** Names one wait of one element instance. */
interface WaitCommand {
  readonly elementInstanceKey: number;
  readonly waitKey: number;
}

export interface CompleteJob extends WaitCommand {
  readonly type: 'completeJob';
  readonly variables: Variables;
  /** Local to the element instance: its output mappings see them, nothing else does. */
  readonly localVariables?: Variables;
}

export interface ThrowJobError extends WaitCommand {
  readonly type: 'throwJobError';
  readonly errorCode: string;
  readonly errorMessage?: string;
  readonly variables: Variables;
}

/** The job failed and the shell counted its last retry. */
export interface ExhaustJob extends WaitCommand {
  readonly type: 'exhaustJob';
  readonly errorMessage: string;
}

export interface CompleteUserTask extends WaitCommand {
  readonly type: 'completeUserTask';
  readonly variables: Variables;
}

export interface ThrowUserTaskError extends WaitCommand {
  readonly type: 'throwUserTaskError';
  readonly errorCode: string;
  readonly errorMessage?: string;
  readonly variables: Variables;
}

export interface ThrowJobEscalation extends WaitCommand, Escalation {
  readonly type: 'throwJobEscalation';
}

export interface ThrowUserTaskEscalation extends WaitCommand, Escalation {
  readonly type: 'throwUserTaskEscalation';
}

export interface TriggerTimer extends WaitCommand {
  readonly type: 'triggerTimer';
}

export interface CorrelateMessage extends WaitCommand {
  readonly type: 'correlateMessage';
  readonly messageName: string;
  readonly variables: Variables;
}

export interface TriggerSignal extends WaitCommand {
  readonly type: 'triggerSignal';
  readonly signalName: string;
  readonly variables: Variables;
}

/** The called instance has ended. */
export interface EndCall extends WaitCommand {
  readonly type: 'endCall';
  readonly outcome: CallOutcome;
  /** Every escalation that it has thrown to its caller. */
  readonly escalations?: readonly Escalation[];
}

export type CallOutcome =
  | { readonly kind: 'completed'; readonly variables: Variables }
  | {
      readonly kind: 'error';
      readonly errorCode: string;
      readonly errorMessage?: string;
      readonly variables: Variables;
    }
  | { readonly kind: 'canceled' }
  /** Ended by its last escalation, which interrupts its call activity. */
  | { readonly kind: 'escalation' };

/** The called instance has thrown an escalation and goes on; these are all of them so far. */
export interface EscalateCall extends WaitCommand {
  readonly type: 'escalateCall';
  readonly escalations: readonly Escalation[];
}

/** The called process could not be started. */
export interface FailCall extends WaitCommand {
  readonly type: 'failCall';
  readonly code: Extract<IncidentCode, 'called-process-not-found' | 'call-tree-limit-exceeded'>;
  readonly message: string;
}

/** What is done next in an ad-hoc sub-process. */
export interface ActivateElements {
  readonly type: 'activateElements';
  readonly elementInstanceKey: number;
  readonly elementIds: readonly string[];
  /** Each goes to the scope that holds it, else to the process instance. */
  readonly variables: Variables;
}

export interface ResolveIncident {
  readonly type: 'resolveIncident';
  readonly elementInstanceKey: number;
  readonly incidentKey: number;
}
