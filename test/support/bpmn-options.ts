/** Input or output mappings: the target by the source, `{ amount: '=order.total' }`. */
export type MappingOptions = Readonly<Record<string, string>>;

/** What every element can be given. */
export interface NodeOptions {
  readonly name?: string;
  /** `zeebe:input`, target by source. */
  readonly inputs?: MappingOptions;
  readonly outputs?: MappingOptions;
  /** `zeebe:taskHeaders`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Further attributes as they are to be written: `{ isForCompensation: true, 'camunda:topic': 'x' }`. */
  readonly attributes?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Further lines of XML inside `extensionElements`. */
  readonly extensions?: readonly string[];
  /** Further lines of XML inside the element. */
  readonly content?: readonly string[];
}

/** `zeebe:taskDefinition`. */
export interface JobOptions {
  readonly type?: string;
  readonly retries?: number | string;
  /** `zeebe:jobPriorityDefinition`. */
  readonly priority?: number | string;
}

/** A message of the definitions, told by its name; the same name is the same message. */
export interface MessageOptions {
  readonly name?: string;
  readonly correlationKey?: string;
}

export type ServiceTaskOptions = NodeOptions & JobOptions;

/** A job by its `type`, or a message that the server publishes. */
export interface MessageThrowOptions extends JobOptions {
  readonly message?: MessageOptions | string;
  /** `zeebe:publishMessage`. */
  readonly publish?: {
    readonly correlationKey?: string;
    readonly timeToLive?: string;
    readonly messageId?: string;
  };
}

export type SendTaskOptions = NodeOptions & MessageThrowOptions;

export interface ReceiveTaskOptions extends NodeOptions {
  readonly message?: MessageOptions | string;
}

export interface ScriptTaskOptions extends NodeOptions {
  /** FEEL, with its `=`. */
  readonly expression?: string;
  readonly resultVariable?: string;
}

/** A decision by `decisionId`, or a job by its `type`. */
export interface BusinessRuleTaskOptions extends NodeOptions, JobOptions {
  readonly decisionId?: string;
  readonly resultVariable?: string;
  readonly bindingType?: 'latest' | 'deployment' | 'versionTag';
  readonly versionTag?: string;
}

export interface UserTaskOptions extends NodeOptions {
  readonly assignee?: string;
  readonly candidateGroups?: string;
  readonly candidateUsers?: string;
  readonly dueDate?: string;
  readonly followUpDate?: string;
  readonly priority?: number | string;
  readonly formId?: string;
}

export interface CallActivityOptions extends NodeOptions {
  readonly processId?: string;
  readonly propagateAllParentVariables?: boolean;
  readonly propagateAllChildVariables?: boolean;
  readonly bindingType?: 'latest' | 'deployment' | 'versionTag';
  readonly versionTag?: string;
}

/** Exactly one of the three, as in BPMN. */
export interface TimerOptions {
  readonly date?: string;
  readonly duration?: string;
  readonly cycle?: string;
}

/** What an event waits for or throws; none of them is a none event. */
export interface EventOptions extends NodeOptions, MessageThrowOptions {
  /** The name of the signal. */
  readonly signal?: string;
  readonly timer?: TimerOptions;
  /** The error code; `true` is an error event without error, which catches all. */
  readonly error?: string | true;
  /** The escalation code; `true` is an escalation event without escalation, which catches all. */
  readonly escalation?: string | true;
  readonly compensate?: true | { readonly activityRef?: string; readonly waitForCompletion?: boolean };
  readonly cancel?: boolean;
  readonly terminate?: boolean;
  /** A condition, FEEL with its `=`. */
  readonly condition?: string;
  /** The name of the link. */
  readonly link?: string;
}

export interface StartEventOptions extends EventOptions {
  /** Of an event sub-process; default true. */
  readonly interrupting?: boolean;
}

export interface BoundaryEventOptions extends EventOptions {
  readonly attachedTo: string;
  /** Default true. */
  readonly interrupting?: boolean;
}

export interface FlowOptions {
  /** Default `f_source_target`. */
  readonly id?: string;
  readonly name?: string;
  /** FEEL, with its `=`. */
  readonly condition?: string;
  /** Makes it the default flow of its source. */
  readonly isDefault?: boolean;
}

export interface ProcessOptions {
  readonly name?: string;
  /** Default true. */
  readonly isExecutable?: boolean;
  readonly versionTag?: string;
  readonly attributes?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly extensions?: readonly string[];
}
