import type { Activity, CallActivity } from './activity.js';
import type {
  BoundaryEvent,
  EndEvent,
  IntermediateCatchEvent,
  IntermediateThrowEvent,
  StartEvent,
} from './event.js';
import type { EventBasedGateway, ExclusiveGateway, InclusiveGateway, ParallelGateway } from './gateway.js';
import type { AdHocSubProcess, SubProcess, Transaction } from './sub-process.js';
import type {
  BusinessRuleTask,
  ManualTask,
  NoneTask,
  ReceiveTask,
  ScriptTask,
  SendTask,
  ServiceTask,
  UserTask,
} from './task.js';

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
  /** Whether activities may have to wait for their turn. */
  readonly hasAdHocSubProcesses: boolean;
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
