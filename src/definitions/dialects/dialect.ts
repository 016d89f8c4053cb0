import type {
  CallActivity,
  DecisionCall,
  Expression,
  JobDefinition,
  MessageSending,
  MultiInstanceLoop,
  ScriptTask,
  UserTask,
  VariableMapping,
} from '../../engine/process-model.js';
import type { ContentOf } from '../draft.js';
import type { ModelElement } from '../model-element.js';
import type { ReadContext } from '../read-context.js';

/** Input and output mappings of an element. */
export interface Mappings {
  readonly inputs: readonly VariableMapping[];
  readonly outputs: readonly VariableMapping[];
  /** Outputs do not keep the rest of the result in. */
  readonly propagatesResult?: true;
}

/** What a dialect says about a process as a whole. */
export interface ProcessProperties {
  readonly versionTag?: string;
  readonly historyTimeToLive?: string;
}

/** Over what a multi-instance activity is done, and what it collects. */
export type MultiInstanceData = Pick<MultiInstanceLoop, 'collection' | 'itemVariable' | 'output'>;

type Read<Answer> = (element: ModelElement, context: ReadContext) => Answer | undefined;

/**
 * A vendor's way to say in extensions what BPMN leaves open. Each function answers undefined when the element has nothing
 * of this dialect; what it has but is wrong is reported, and answered as well as can be.
 */
export interface Dialect {
  readonly name: string;
  /** Who does a service task, a send task, or the throwing of a message. */
  readonly readJob?: Read<JobDefinition>;
  /** How the server itself publishes a thrown message; without its name, which is BPMN's. */
  readonly readPublishing?: Read<Omit<Extract<MessageSending, { kind: 'publish' }>, 'kind' | 'name'>>;
  readonly readMappings?: Read<Mappings>;
  readonly readUserTask?: Read<UserTask['task']>;
  readonly readScript?: Read<Pick<ScriptTask, 'script' | 'resultVariable'>>;
  /** Which decision a business rule task calls. */
  readonly readDecision?: Read<DecisionCall>;
  readonly readCall?: Read<Omit<ContentOf<CallActivity>, 'type'>>;
  /** Of `bpmn:multiInstanceLoopCharacteristics`. */
  readonly readMultiInstance?: Read<MultiInstanceData>;
  /** Of an ad-hoc sub-process: the elements to begin with. */
  readonly readActiveElements?: Read<Expression>;
  /** Of a `bpmn:message`. */
  readonly readCorrelationKey?: Read<Expression>;
  /** Of a conditional event definition: the only variables whose change has the condition evaluated again. */
  readonly readConditionVariables?: Read<readonly string[]>;
  readonly readProcess?: Read<ProcessProperties>;
}
