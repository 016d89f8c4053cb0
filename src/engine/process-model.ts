import type { JsonValue } from './json.js';

/**
 * The executable form of one BPMN process: an immutable graph with every expression compiled, built by
 * `src/definitions` when a model is deployed or loaded. The engine reads nothing else of a model.
 */
export interface ExecutableProcess {
  readonly bpmnProcessId: string;
  readonly name?: string;
  readonly versionTag?: string;
  /** Data objects and properties of the process (BPMN 2.0.2 §10.4.1): variables that are null from the start. */
  readonly dataNames?: readonly string[];
  /** The content of the process itself. */
  readonly scope: ElementScope;
  /** Whether tokens can wait at an inclusive gateway, so that it matters where all others are. */
  readonly hasInclusiveJoins: boolean;
  /** Every flow node of the process at every depth, by element id. */
  readonly elements: ReadonlyMap<string, FlowNode>;
  /** What undoes an activity that has completed, by the activity's id (BPMN 2.0.2 §10.7.1). */
  readonly compensationHandlers: ReadonlyMap<string, Activity>;
}

/** What a process or a sub-process contains directly. */
export interface ElementScope {
  /**
   * What gets a token when the scope is entered plainly: its none start event, or, where it has no start
   * event at all, each node without incoming sequence flow (BPMN 2.0.2 §13.3.4).
   */
  readonly initial: readonly FlowNode[];
  /** Start events, including those that only a message, a signal or a timer can trigger. */
  readonly startEvents: readonly StartEvent[];
  /** Armed as long as the scope is active (BPMN 2.0.2 §13.5.4). */
  readonly eventSubProcesses: readonly EventSubProcess[];
}

/** An event sub-process with what starts it; whether it interrupts its scope is said by its start event. */
export interface EventSubProcess {
  readonly subProcess: SubProcess;
  readonly start: StartEvent;
}

/** Everything that a token can be in: the union of the elements that the engine executes. */
export type FlowNode =
  | StartEvent
  | EndEvent
  | IntermediateCatchEvent
  | IntermediateThrowEvent
  | BoundaryEvent
  | NoneTask
  | ManualTask
  | UserTask
  | ServiceTask
  | SendTask
  | ScriptTask
  | BusinessRuleTask
  | ReceiveTask
  | ExclusiveGateway
  | ParallelGateway
  | InclusiveGateway
  | EventBasedGateway
  | SubProcess
  | AdHocSubProcess
  | Transaction
  | CallActivity;

/** BPMN's name of an element in camel case, as the REST contract shows it. */
export type ElementType = FlowNode['type'];

interface FlowNodeBase {
  /** The `id` in the XML. */
  readonly id: string;
  readonly name?: string;
  /** Element id of the sub-process that contains it; undefined directly in the process. */
  readonly parentId?: string;
  readonly incoming: readonly SequenceFlow[];
  readonly outgoing: readonly SequenceFlow[];
  /** `zeebe:input`: evaluated on entering, in order, into variables local to the element instance. */
  readonly inputs: readonly VariableMapping[];
  /** `zeebe:output`: evaluated on leaving, in order; where there are any, nothing else leaves the element. */
  readonly outputs: readonly VariableMapping[];
  /** The whole result leaves the element beside what `outputs` map, as in Camunda 7. */
  readonly propagatesResult?: true;
}

/** A sequence flow. `condition` is undefined on unconditional and on default flows. */
export interface SequenceFlow {
  readonly id: string;
  readonly name?: string;
  readonly source: FlowNode;
  readonly target: FlowNode;
  readonly condition?: Expression;
  /** It is the `default` of its source: taken only when no condition is true. */
  readonly isDefault: boolean;
}

/** One `zeebe:input` or `zeebe:output`. `target` is a path of names: `order.total` is `['order', 'total']`. */
export interface VariableMapping {
  readonly source: Expression;
  readonly target: readonly string[];
}

/** A compiled expression, or a literal that needs no evaluation. */
export type Expression = LiteralExpression | CompiledExpression;

export interface LiteralExpression {
  readonly kind: 'literal';
  readonly value: JsonValue;
}

export interface CompiledExpression {
  readonly kind: 'compiled';
  /** As written in the model, for messages. */
  readonly source: string;
  /**
   * Pure: reads variables by name through the context and answers a JSON value; FEEL's own errors are null.
   * @throws an Error that explains itself when a bound is overrun, or an operator in `${…}` finds values that it does not take.
   */
  readonly evaluate: (context: EvaluationContext) => JsonValue;
  /** Names of the variables that it may read. */
  readonly variables: readonly string[];
}

/** What an expression can see. */
export interface EvaluationContext {
  /** The value of the variable visible under that name, or undefined. */
  get(name: string): JsonValue | undefined;
  /** Of the process instance, where there is one and it has one. */
  readonly businessKey?: string;
  /** The command's time in milliseconds since the epoch: the only time the core knows. */
  readonly now: number;
}

interface ActivityBase extends FlowNodeBase {
  readonly boundaryEvents: readonly BoundaryEvent[];
  /** It is done several times; boundary events belong to the whole. */
  readonly loop?: LoopCharacteristics;
}

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
}

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

/** Abstract task: passed at once (BPMN 2.0.2 §13.3.3). */
export interface NoneTask extends ActivityBase {
  readonly type: 'task';
}

/** Manual task: not managed by the engine, passed at once (BPMN 2.0.2 §13.3.3). */
export interface ManualTask extends ActivityBase {
  readonly type: 'manualTask';
}

/** What becomes a job: `zeebe:taskDefinition`, `camunda:topic` or bpmn-engine's `implementation`. */
export interface JobDefinition {
  /** Must give a non-empty string. */
  readonly jobType: Expression;
  /** Must give a whole number >= 1: how often the job is tried. Default 3. */
  readonly retries: Expression;
  /** `zeebe:taskHeaders`: static, handed to the worker as `customHeaders`. */
  readonly headers: Readonly<Record<string, string>>;
  /** Must give a whole number; higher is served first. Default 0. */
  readonly priority?: Expression;
}

export interface ServiceTask extends ActivityBase {
  readonly type: 'serviceTask';
  readonly job: JobDefinition;
}

/** A send task: a job, or a message published by the engine itself. */
export interface SendTask extends ActivityBase {
  readonly type: 'sendTask';
  readonly send: MessageSending;
}

/** A script task: in FEEL it is done inside the command, all else by a job after it. */
export interface ScriptTask extends ActivityBase {
  readonly type: 'scriptTask';
  readonly script: Expression | ScriptJob;
  readonly resultVariable?: string;
}

/** A script that cannot be part of a command, because it is not pure. */
export interface ScriptJob {
  readonly kind: 'job';
  readonly job: JobDefinition;
  /** JavaScript, which the server does in its sandbox; undefined where a worker does the job. */
  readonly source?: string;
}

/** Job type of the scripts that the server does itself. */
export const SCRIPT_JOB_TYPE = 'throughline:script';

/** The rules of a business rule task: a decision evaluated inside the command, or a job. */
export interface BusinessRuleTask extends ActivityBase {
  readonly type: 'businessRuleTask';
  readonly rules:
    ({ readonly kind: 'decision' } & DecisionCall) | { readonly kind: 'job'; readonly job: JobDefinition };
}

export interface DecisionCall {
  /** Must give the id of the decision in its DMN model. */
  readonly decisionId: Expression;
  readonly binding: CalledBinding;
  /** Undefined: only output mappings see the result, as `decisionResult`. */
  readonly resultVariable?: string;
  /** Undefined: the result as the decision gives it. */
  readonly result?: DecisionResultMapping;
}

/** Camunda 7's `mapDecisionResult`: one value, one object, a list of values, a list of objects. */
export type DecisionResultMapping = 'singleEntry' | 'singleResult' | 'collectEntries' | 'resultList';

export interface UserTask extends ActivityBase {
  readonly type: 'userTask';
  /** All optional; the expressions must give a string, list of strings, or ISO 8601 date-time or duration. */
  readonly task: {
    readonly assignee?: Expression;
    readonly candidateGroups?: Expression;
    readonly candidateUsers?: Expression;
    readonly dueDate?: Expression;
    readonly followUpDate?: Expression;
    /** 0 to 100, default 50. */
    readonly priority?: Expression;
    readonly formId?: string;
    readonly headers: Readonly<Record<string, string>>;
  };
  readonly voice?: VoiceMenu;
}

export interface ReceiveTask extends ActivityBase {
  readonly type: 'receiveTask';
  /** Its message starts an instance; nothing leads to it. */
  readonly instantiate?: true;
  readonly message: MessageDefinition;
  readonly voice?: VoiceMenu;
}

/**
 * What the channels of people offer at a waiting step (`throughline:voice`): a voice menu says it, answers by mail and
 * text are understood by it. Data for the channels: the engine never acts on it.
 */
export interface VoiceMenu {
  /** Must give a text; undefined: the element's name. */
  readonly prompt?: Expression;
  /** BCP 47, such as `en-GB`; undefined: the channel's. */
  readonly language?: string;
  /** How often somebody who was not understood is asked again. */
  readonly repeats: number;
  /** At least one, each with a digit of its own. */
  readonly choices: readonly VoiceChoice[];
}

/** One thing that can be chosen at a waiting step. */
export interface VoiceChoice {
  /** One of `0` to `9`, `*` and `#`. */
  readonly digit: string;
  /** What can be said, or written, instead of the digit. */
  readonly words: readonly string[];
  /** Must give a text, which names the digit; undefined: its first word or its label, and the digit. */
  readonly say?: Expression;
  /** The name of the event that it triggers, or of the way on. */
  readonly label?: string;
  /** The message catch event or receive task that is triggered; undefined on a user task, which is completed. */
  readonly eventId?: string;
  /** Must give an object: the variables that come with it. */
  readonly variables?: Expression;
}

export interface SubProcess extends ActivityBase {
  readonly type: 'subProcess';
  /** It is an event sub-process: started by its start event, never by a sequence flow (BPMN 2.0.2 §10.3.5). */
  readonly triggeredByEvent: boolean;
  readonly scope: ElementScope;
}

/** A sub-process whose performer chooses what is done inside (BPMN 2.0.2 §13.3.5): the elements of `scope.initial`. */
export interface AdHocSubProcess extends ActivityBase {
  readonly type: 'adHocSubProcess';
  readonly scope: ElementScope;
  /** Sequential: one of the chosen elements is active at a time. */
  readonly ordering: 'parallel' | 'sequential';
  /** Evaluated each time an activity inside has completed; must give true or false. When it is true, nothing further begins. */
  readonly completionCondition?: Expression;
  /** What is still active is canceled then, else waited for. */
  readonly cancelsRemaining: boolean;
  /** Must give a list of ids of elements to begin with. */
  readonly activeElements?: Expression;
}

/** A sub-process that is undone as a whole when it is canceled (BPMN 2.0.2 §10.3.5). */
export interface Transaction extends ActivityBase {
  readonly type: 'transaction';
  readonly scope: ElementScope;
}

/** An activity that has flow nodes inside. */
export type Container = SubProcess | Transaction | AdHocSubProcess;

/** Which version of a called process or decision is bound when the element is entered. */
export type CalledBinding =
  | { readonly kind: 'latest' }
  | { readonly kind: 'deployment' }
  | { readonly kind: 'versionTag'; readonly versionTag: string }
  | { readonly kind: 'version'; readonly version: number };

export interface CallActivity extends ActivityBase {
  readonly type: 'callActivity';
  /** Must give the `bpmnProcessId`. */
  readonly calledProcessId: Expression;
  readonly binding: CalledBinding;
  /** Hand all visible variables to the called process (else only the input-mapped local ones). */
  readonly propagateAllParentVariables: boolean;
  /** Take all variables of the called process back (else only what output mappings take). */
  readonly propagateAllChildVariables: boolean;
  /** Business key of the called instance; undefined inherits the caller's. */
  readonly businessKey?: Expression;
}

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
  readonly voice?: VoiceMenu;
}

export interface StartEvent extends FlowNodeBase {
  readonly type: 'startEvent';
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

/** The elements that boundary events can be attached to. */
export type Activity =
  | NoneTask
  | ManualTask
  | UserTask
  | ServiceTask
  | SendTask
  | ScriptTask
  | BusinessRuleTask
  | ReceiveTask
  | SubProcess
  | AdHocSubProcess
  | Transaction
  | CallActivity;

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
  | EscalationEventDefinition;

/** Several definitions of one throw or end event: all of them happen (BPMN 2.0.2 §10.5.5). */
export interface MultipleThrowDefinition {
  readonly kind: 'multipleThrow';
  /** Two or more: at most one becomes a job, and at most one ends the scope. */
  readonly parts: readonly ThrownPart[];
}

/** What a multiple event can throw. */
export type ThrownPart =
  | MessageThrowDefinition
  | SignalEventDefinition
  | ErrorThrowDefinition
  | EscalationThrowDefinition
  | TerminateEventDefinition;

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

/** BPMN 2.0.2 §10.5.5: exactly one of date, duration and cycle. */
export interface TimerEventDefinition {
  readonly kind: 'timer';
  readonly timer:
    | { readonly kind: 'date'; readonly value: Expression }
    | { readonly kind: 'duration'; readonly value: Expression }
    /** ISO 8601 repeating interval (`R3/PT1H`, `R/2026-01-01T00:00:00Z/P1D`). */
    | { readonly kind: 'cycle'; readonly value: Expression };
}
