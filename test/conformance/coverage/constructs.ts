/**
 * Every construct of BPMN 2.0.2 that the product says something about: an element in a position that the standard allows. A row of
 * `docs/bpmn-coverage.md` each.
 */
export interface Construct {
  /** Unique: what `constructsOf` answers. */
  readonly key: string;
  readonly element: string;
  readonly position: string;
  /** A token stays at it until something happens: it can be interrupted, and the server can be restarted meanwhile. */
  readonly waits: boolean;
  /** The scenario that shows that it is refused at deployment; undefined where it is executed. */
  readonly refusedBy?: string;
}

export interface ConstructTable {
  readonly title: string;
  readonly constructs: readonly Construct[];
}

/** What the standard allows and is not executed, with the scenario that shows how it is refused. */
const refused: Readonly<Record<string, string>> = {
  [keyOf('complex gateway', 'in a flow')]: 'a complex gateway is refused',
};

function construct(element: string, position: string, waits: boolean): Construct {
  const key = keyOf(element, position);
  const refusedBy = refused[key];
  return { key, element, position, waits, ...(refusedBy !== undefined && { refusedBy }) };
}

export function keyOf(element: string, position: string): string {
  return `${element} · ${position}`;
}

/** Where an event can stand. All but throw and end events wait, or are armed while something else is active. */
export const positions = {
  start: 'start',
  subProcessStart: 'start of a sub-process',
  interruptingStart: 'event sub-process, interrupting',
  nonInterruptingStart: 'event sub-process, non-interrupting',
  catch: 'intermediate catch',
  behindGateway: 'behind an event-based gateway',
  interruptingBoundary: 'boundary, interrupting',
  nonInterruptingBoundary: 'boundary, non-interrupting',
  throw: 'intermediate throw',
  end: 'end',
} as const;

export type Position = keyof typeof positions;

const passing: ReadonlySet<Position> = new Set(['start', 'subProcessStart', 'throw', 'end']);
const subProcessStarts = ['interruptingStart', 'nonInterruptingStart'] as const;
const boundaries = ['interruptingBoundary', 'nonInterruptingBoundary'] as const;
const caught = ['start', ...subProcessStarts, 'catch', 'behindGateway', ...boundaries] as const;
const caughtAlone = ['start', ...subProcessStarts, 'catch', ...boundaries] as const;

/** BPMN 2.0.2 table 10.93: which events there are, and where. */
const events: readonly (readonly [string, readonly Position[]])[] = [
  ['none event', ['start', 'subProcessStart', 'throw', 'end']],
  ['message event', [...caught, 'throw', 'end']],
  ['message event, by a job', ['throw', 'end']],
  ['timer event: date', caughtAlone],
  ['timer event: duration', [...subProcessStarts, 'catch', 'behindGateway', ...boundaries]],
  ['timer event: cycle', ['start', 'nonInterruptingStart', 'nonInterruptingBoundary']],
  ['timer event: cron', caughtAlone],
  ['signal event', [...caught, 'throw', 'end']],
  ['conditional event', caught],
  ['error event', ['interruptingStart', 'interruptingBoundary', 'end']],
  ['escalation event', [...subProcessStarts, ...boundaries, 'throw', 'end']],
  ['compensation event', ['interruptingStart', 'interruptingBoundary', 'throw', 'end']],
  ['link event', ['catch', 'throw']],
  ['multiple event', [...caught, 'throw', 'end']],
  ['parallel multiple event', caughtAlone],
  ['cancel event', ['interruptingBoundary', 'end']],
  ['terminate event', ['end']],
];

/** Events that do otherwise than their position says: what is thrown waits for handlers or a worker; what is caught is not waited for. */
const waitingThrows: ReadonlySet<string> = new Set(['message event, by a job', 'compensation event']);
const neverAwaited: ReadonlySet<string> = new Set(['link event', 'compensation event']);

function eventWaits(element: string, position: Position): boolean {
  if (position === 'throw' || position === 'end') return waitingThrows.has(element);
  return !passing.has(position) && !neverAwaited.has(element);
}

const activities: readonly (readonly [string, readonly (readonly [string, boolean])[]])[] = [
  [
    'task',
    [
      ['in a flow', false],
      ['with a startQuantity', false],
      ['with a completionQuantity', false],
    ],
  ],
  ['manual task', [['in a flow', false]]],
  ['user task', [['in a flow', true]]],
  ['service task', [['in a flow', true]]],
  [
    'send task',
    [
      ['by a job', true],
      ['published by the server', false],
    ],
  ],
  [
    'receive task',
    [
      ['in a flow', true],
      ['behind an event-based gateway', true],
      ['instantiating', false],
    ],
  ],
  [
    'business rule task',
    [
      ['by a decision', false],
      ['by a job', true],
    ],
  ],
  [
    'script task',
    [
      ['in FEEL', false],
      ['in JavaScript', false],
      ['by a job', true],
    ],
  ],
  [
    'call activity',
    [
      ['in a flow', true],
      ['of a global task', true],
    ],
  ],
  ['sub-process', [['in a flow', true]]],
  [
    'event sub-process',
    [
      ['in a process', true],
      ['in a sub-process', true],
      ['in an event sub-process', true],
      ['in a transaction', true],
    ],
  ],
  [
    'transaction',
    [
      ['in a flow', true],
      ['in a transaction', true],
    ],
  ],
  [
    'ad-hoc sub-process',
    [
      ['parallel', true],
      ['sequential', true],
    ],
  ],
];

const loopable = ['task', 'sub-process', 'call activity', 'transaction', 'ad-hoc sub-process'] as const;
const loops: readonly (readonly [string, readonly string[]])[] = [
  ['multi-instance, parallel', loopable],
  ['multi-instance, sequential', loopable],
  ['standard loop', loopable],
  ['multi-instance, throwing events', ['each time', 'the first time', 'by conditions']],
];

const gateways: readonly (readonly [string, readonly (readonly [string, boolean])[]])[] = [
  [
    'exclusive gateway',
    [
      ['split', false],
      ['merge', false],
    ],
  ],
  [
    'parallel gateway',
    [
      ['split', false],
      ['join', true],
    ],
  ],
  [
    'inclusive gateway',
    [
      ['split', false],
      ['join', true],
    ],
  ],
  [
    'event-based gateway',
    [
      ['in a flow', true],
      ['instantiating', false],
      ['instantiating, parallel', true],
    ],
  ],
  ['complex gateway', [['in a flow', false]]],
];

const containers: readonly (readonly [string, string, boolean])[] = [
  ['compensation handler', 'of a task', true],
  ['compensation handler', 'of a sub-process', true],
  ['compensation handler', 'of a multi-instance activity', true],
  ['process', 'in a collaboration', true],
  ['data object', 'in a process', false],
  ['data object', 'in a sub-process', false],
];

/** All tables of the page, in its order. */
export const constructTables: readonly ConstructTable[] = [
  {
    title: 'Activities',
    constructs: activities.flatMap(([element, places]) =>
      places.map(([position, waits]) => construct(element, position, waits)),
    ),
  },
  {
    title: 'Loops',
    constructs: loops.flatMap(([element, of]) => of.map((position) => construct(element, position, true))),
  },
  {
    title: 'Gateways',
    constructs: gateways.flatMap(([element, places]) =>
      places.map(([position, waits]) => construct(element, position, waits)),
    ),
  },
  {
    title: 'Events',
    constructs: events.flatMap(([element, places]) =>
      places.map((position) => construct(element, positions[position], eventWaits(element, position))),
    ),
  },
  {
    title: 'Compensation, collaborations, data',
    constructs: containers.map(([element, position, waits]) => construct(element, position, waits)),
  },
];
