import type { BoundaryEvent } from './event.js';
import type { Expression } from './expression.js';
import type { FlowNodeBase } from './flow-node.js';
import type { LoopCharacteristics } from './loop.js';
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

export interface ActivityBase extends FlowNodeBase {
  readonly boundaryEvents: readonly BoundaryEvent[];
  /** It is done several times; boundary events belong to the whole. */
  readonly loop?: LoopCharacteristics;
  /** How many tokens have to come before it begins (BPMN 2.0.2 table 10.3); undefined: one. */
  readonly startQuantity?: number;
  /** How many tokens it sends down each outgoing flow when it has completed; undefined: one. */
  readonly completionQuantity?: number;
}

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
