/** Where an event stands, as far as its definition is read differently there. */
export interface EventPlace {
  readonly what: string;
  readonly throws: boolean;
  /** Whether the event can do without a definition. */
  readonly noneAllowed: boolean;
  /** Whether it starts a process instance, so that no variables can be seen. */
  readonly starts: boolean;
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
  intermediateThrowEvent: {
    ...throwing,
    what: 'intermediate throw event',
    definitions: [escalation, compensation, message, signal, link],
  },
  interruptingBoundaryEvent: { ...boundary, what: 'interrupting boundary event' },
  nonInterruptingBoundaryEvent: {
    ...boundary,
    what: 'non-interrupting boundary event',
  },
} as const satisfies Readonly<Record<string, EventPlace>>;
