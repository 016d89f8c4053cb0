/** Where an event stands, as far as its definition is read differently there. */
export interface EventPlace {
  readonly what: string;
  readonly throws: boolean;
  /** Whether the event can do without a definition. */
  readonly noneAllowed: boolean;
  /** Whether it starts a process instance, so that no variables can be seen. */
  readonly starts: boolean;
  /** It starts an instance or, where another of its group has, is waited for by that one. */
  readonly grouped?: true;
  /** Where several definitions start an instance together, what has occurred waits for the others. */
  readonly gathers?: true;
  /** What to draw instead of a definition that cannot stand here. */
  readonly instead?: string;
  /** BPMN types of the definitions that are executed here. */
  readonly definitions: readonly string[];
  /** The kinds of timer that make sense here. */
  readonly timers: readonly ('timeDate' | 'timeDuration' | 'timeCycle')[];
}

const message = 'bpmn:MessageEventDefinition';
const signal = 'bpmn:SignalEventDefinition';
const timer = 'bpmn:TimerEventDefinition';
const conditional = 'bpmn:ConditionalEventDefinition';
const error = 'bpmn:ErrorEventDefinition';
const link = 'bpmn:LinkEventDefinition';
const escalation = 'bpmn:EscalationEventDefinition';
const compensation = 'bpmn:CompensateEventDefinition';
const cancel = 'bpmn:CancelEventDefinition';
const terminate = 'bpmn:TerminateEventDefinition';

/** What a cycle comes to where it can occur only once is its first tick. */
const catching = {
  throws: false,
  starts: false,
  timers: ['timeDate', 'timeDuration', 'timeCycle'],
} as const;
const throwing = { throws: true, noneAllowed: true, starts: false, timers: [] } as const;
const eventSubProcess = {
  ...catching,
  noneAllowed: false,
  definitions: [message, signal, timer, conditional, error, escalation, compensation],
} as const;
const boundary = {
  ...catching,
  noneAllowed: false,
  definitions: [message, signal, timer, conditional, error, escalation, compensation, cancel],
} as const;

/** What BPMN 2.0.2 §10.5 (tables 10.84 to 10.93) allows at each place, as far as it is executed. */
export const eventPlaces = {
  startEvent: {
    what: 'start event',
    throws: false,
    noneAllowed: true,
    starts: true,
    gathers: true,
    definitions: [message, signal, timer, conditional],
    timers: ['timeDate', 'timeCycle'],
  },
  interruptingStartEvent: { ...eventSubProcess, what: 'interrupting start event of an event sub-process' },
  nonInterruptingStartEvent: {
    ...eventSubProcess,
    what: 'non-interrupting start event of an event sub-process',
  },
  endEvent: {
    ...throwing,
    what: 'end event',
    definitions: [error, escalation, compensation, cancel, terminate, message, signal],
  },
  intermediateCatchEvent: {
    ...catching,
    what: 'intermediate catch event',
    noneAllowed: false,
    definitions: [message, signal, timer, conditional, link],
  },
  /** Behind an event-based gateway that instantiates. */
  startingCatchEvent: {
    ...catching,
    what: 'catch event that starts a process',
    noneAllowed: false,
    starts: true,
    definitions: [message, signal, timer, conditional],
    timers: ['timeDate', 'timeCycle'],
  },
  /** Behind an event-based gateway that instantiates, of the parallel kind: only messages tell which instance they belong to (BPMN 2.0.2 §10.6.6). */
  groupedCatchEvent: {
    ...catching,
    what: 'catch event behind a parallel event-based gateway',
    noneAllowed: false,
    starts: true,
    grouped: true,
    definitions: [message],
    instead:
      'only messages with a correlation key tell which instance they belong to; wait for it behind the start',
    timers: [],
  },
  intermediateThrowEvent: {
    ...throwing,
    what: 'intermediate throw event',
    definitions: [escalation, compensation, message, signal, link],
  },
  /** What a multi-instance activity throws as its iterations complete. */
  completionThrow: {
    ...throwing,
    what: 'multi-instance activity, to be thrown as its iterations complete',
    noneAllowed: false,
    definitions: [error, escalation, message, signal],
    instead: 'throw a signal, a message, an escalation or an error',
  },
  interruptingBoundaryEvent: { ...boundary, what: 'interrupting boundary event' },
  nonInterruptingBoundaryEvent: {
    ...boundary,
    what: 'non-interrupting boundary event',
  },
} as const satisfies Readonly<Record<string, EventPlace>>;
