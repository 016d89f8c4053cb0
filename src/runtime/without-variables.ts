import type { ProcessEvent } from '../engine/event.js';
import type { AuditRow } from './audit.js';
import { withVariables } from './audit-entry.js';
import type { IncidentRow, JobRow } from './ports.js';
import type { HistoryEntry, SearchRequest } from './queries.js';
import { BeyondReach, noVariables } from './reach.js';

type FieldOf<Event> = Event extends unknown ? keyof Event : never;

/** Whether a field of an event may hold what a variable holds. A field that is new has to be decided on here. */
const holdsValues = {
  ...{ type: false, key: false, scope: false, parent: false, at: false },
  ...{ processInstanceId: false, processDefinitionId: false, bpmnProcessId: false, businessKey: false },
  ...{ elementId: false, elementIds: false, elements: false, flowId: false, flows: false, eventId: false },
  ...{ arriving: false, starts: false, body: false, iteration: false, total: false, waiting: false },
  ...{ variables: true, items: true, output: true, toCaller: true, correlationKey: true },
  ...{ errorMessage: true, message: true, errorCode: false, escalationCode: false, code: false },
  ...{ kept: false, closed: false, occurred: false, disarmed: false, remains: false, part: false },
  ...{ compensable: false, compensates: false, compensations: false, canceling: false, records: false },
  ...{ scopes: false, step: false, interval: false, dueAt: false, repetitionsLeft: false, retries: false },
  ...{ jobKey: false, jobType: false, userTaskKey: false, timerKey: false, subscriptionKey: false },
  ...{ callKey: false, incidentKey: false, messageName: false, signalName: false, caughtBy: false },
  ...{ decisionDefinitionId: false, decisionId: false, version: false, evaluated: false },
  ...{ escalationsTaken: false, outcome: false },
} as const satisfies Readonly<Record<FieldOf<ProcessEvent> | 'at', boolean>>;

/** Says that something is there that is not shown. */
const notShown = 'Not shown: it may hold values of variables.';

export function entryWithoutVariables(entry: HistoryEntry): HistoryEntry {
  return { ...entry, events: entry.events.map(eventWithoutVariables) };
}

/** The views take a field that is absent for one that the event does not have. */
function eventWithoutVariables(event: ProcessEvent): ProcessEvent {
  const kept = Object.entries(event).filter(([field]) => !isHolding(field));
  return Object.fromEntries<unknown>(kept) as ProcessEvent;
}

/** Of journals of other releases, what is not known is not shown. */
function isHolding(field: string): boolean {
  return !Object.hasOwn(holdsValues, field) || holdsValues[field as keyof typeof holdsValues];
}

export function incidentWithoutVariables<Row extends IncidentRow>(row: Row): Row {
  return { ...row, message: notShown };
}

export function auditEntryWithoutVariables({ before, after, ...entry }: AuditRow): AuditRow {
  return {
    ...entry,
    ...(before === undefined ? {} : { before: withVariables(before, () => undefined) }),
    ...(after === undefined ? {} : { after: withVariables(after, () => undefined) }),
  };
}

export function jobWithoutVariables(row: JobRow): JobRow {
  return row.errorMessage === undefined ? row : { ...row, errorMessage: notShown };
}

/**
 * A search tells by what it finds: nothing is searched for, or sorted, by what is not shown.
 * @throws BeyondReach
 */
export function assertNoVariables(request: SearchRequest): void {
  const fields = [...Object.keys(request.filter), ...request.sort.map(({ field }) => field)];
  const isByText = fields.some((field) => field === 'message' || field === 'errorMessage');
  if (request.variables !== undefined || isByText) throw new BeyondReach(noVariables);
}
