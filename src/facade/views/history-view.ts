import type { z } from 'zod';
import type {
  historyEntry,
  historyEvent,
  historyEventTypes,
} from '../../contract/process-instance-history.js';
import { idOf } from '../../runtime/ids.js';
import type { Redaction } from '../../platform/redaction.js';
import type { HistoryEntry } from '../../runtime/queries.js';
import { timeText } from './time-text.js';

type EventView = z.input<typeof historyEvent>;
type ProcessEvent = HistoryEntry['events'][number];

/** Every type of the engine's events is in the contract: otherwise this does not compile. */
type MissingTypes = Exclude<ProcessEvent['type'], (typeof historyEventTypes)[number]>;
type NoneMissing<Missing extends never> = Missing;
export type EveryEventIsDocumented = NoneMissing<MissingTypes>;

/** The counters of an event, and the ids that the contract shows for them. */
const idNames = {
  key: 'elementInstanceId',
  scope: 'scopeElementInstanceId',
  jobKey: 'jobId',
  userTaskKey: 'userTaskId',
  timerKey: 'timerId',
  subscriptionKey: 'subscriptionId',
  callKey: 'callId',
  incidentKey: 'incidentId',
  compensates: 'compensatorElementInstanceId',
} as const satisfies Record<string, keyof EventView>;

/** What only the engine reads, of migrations and compensations, or what is shown in another way. */
const unshown = {
  parent: true,
  elements: true,
  kept: true,
  closed: true,
  occurred: true,
  records: true,
  scopes: true,
  compensations: true,
} as const;

/** Every field of the engine's events is in the contract, by another name or on purpose not: otherwise this does not compile. */
type FieldOf<Event> = Event extends unknown ? keyof Event : never;
type MissingFields = Exclude<
  FieldOf<ProcessEvent>,
  keyof EventView | keyof typeof idNames | 'eventId' | keyof typeof unshown
>;
export type EveryFieldIsDocumented = NoneMissing<MissingFields>;

/** One command of an instance and what it did, as the contract shows it. */
export function historyEntryView(
  processInstanceId: string,
  entry: HistoryEntry,
  redact: Redaction,
): z.input<typeof historyEntry> {
  return {
    sequence: entry.sequence,
    at: timeText(entry.at),
    actor: entry.actor,
    command: entry.command,
    events: entry.events.map((event) => withoutRedacted(historyEventView(processInstanceId, event), redact)),
  };
}

/** Values of variables stand in these fields alone; in the others, names such as `type` are those of the contract. */
function withoutRedacted(
  { variables, items, output, toCaller, ...others }: EventView,
  redact: Redaction,
): EventView {
  return {
    ...others,
    ...(variables === undefined ? {} : { variables: redact(variables) }),
    ...(items === undefined ? {} : { items: redact(items) }),
    ...(output === undefined ? {} : { output: redact(output) }),
    ...(toCaller === undefined ? {} : { toCaller: redact(toCaller) }),
  };
}

/** An event as the contract shows it: ids for the instance's own counters, text for times. */
export function historyEventView(processInstanceId: string, event: ProcessEvent): EventView {
  const fields = Object.entries(event)
    .filter(isShown)
    .map(([name, value]: [string, unknown]): [string, unknown] => {
      if (isIdName(name) && typeof value === 'number') return [idNames[name], idOf(processInstanceId, value)];
      if (name === 'dueAt' && typeof value === 'number') return [name, timeText(value)];
      if (name === 'eventId') return ['catchingElementId', value];
      return [name, value];
    });
  return {
    type: event.type,
    ...Object.fromEntries(fields),
    ...callerOf(event),
    ...compensatedBy(processInstanceId, event),
  };
}

/** Of what is remembered of them, only which they are. */
function compensatedBy(processInstanceId: string, event: ProcessEvent): Partial<EventView> {
  if (event.type !== 'compensationBegun') return {};
  return { compensated: event.records.map(({ key }) => idOf(processInstanceId, key)) };
}

function callerOf(event: ProcessEvent): Partial<EventView> {
  if (event.type !== 'processInstanceStarted' || event.parent === undefined) return {};
  const { processInstanceId, elementInstanceKey } = event.parent;
  return {
    parentProcessInstanceId: processInstanceId,
    parentElementInstanceId: idOf(processInstanceId, elementInstanceKey),
  };
}

function isShown([name]: [string, unknown]): boolean {
  return name !== 'type' && !Object.hasOwn(unshown, name);
}

function isIdName(name: string): name is keyof typeof idNames {
  return Object.hasOwn(idNames, name);
}
