import type { ActivityBase, CalledBinding } from './activity.js';
import type { MessageDefinition, MessageSending } from './event-definition.js';
import type { Expression } from './expression.js';
import type { JobDefinition } from './job-definition.js';
import type { VoiceMenu } from './voice-menu.js';

/** Abstract task: passed at once (BPMN 2.0.2 §13.3.3). */
export interface NoneTask extends ActivityBase {
  readonly type: 'task';
}

/** Manual task: not managed by the engine, passed at once (BPMN 2.0.2 §13.3.3). */
export interface ManualTask extends ActivityBase {
  readonly type: 'manualTask';
}

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
