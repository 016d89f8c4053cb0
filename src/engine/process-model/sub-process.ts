import type { ActivityBase } from './activity.js';
import type { Expression } from './expression.js';
import type { ElementScope } from './process.js';

/** An activity that has flow nodes inside. */
export type Container = SubProcess | Transaction | AdHocSubProcess;

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
