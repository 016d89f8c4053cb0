import { idOf } from '../runtime/ids.js';
import type { JournalElement, JournalEntry } from '../runtime/ports.js';
import { type EventType, typeOfJournalEvent } from './event-type.js';

/** What filters and grants look at; it costs nothing to make. */
export interface EventHead {
  readonly type: EventType;
  readonly entry: JournalEntry;
  /** Which of the events of the entry. */
  readonly index: number;
  /** The element instance that it is about, where there is one. */
  readonly elementInstanceKey?: number;
}

/** Something that has happened, as it is told to others: no values of variables, no texts that may hold some. */
export interface PublicEvent extends EventHead {
  /** The id of what it is about. */
  readonly subject: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What an entry has to tell, in order. */
export function headsOf(entry: JournalEntry): readonly EventHead[] {
  if (entry.isRemoved) return [];
  const heads: EventHead[] = [];
  for (const [index, event] of entry.events.entries()) {
    const type = typeOfJournalEvent[event.type];
    if (type === undefined) continue;
    heads.push(
      'key' in event ? { type, entry, index, elementInstanceKey: event.key } : { type, entry, index },
    );
  }
  // Tokens were put and taken away by hand: the engine tells each, and not that it was one act.
  if (entry.command === 'modifyProcessInstance') {
    heads.push({ type: 'process-instance.modified', entry, index: entry.events.length });
  }
  return heads;
}

/** The element instance that an event is about; `element` is absent where its rows are gone. */
export interface EventElement {
  readonly id: string;
  readonly element: JournalElement | undefined;
}

/** The whole event. `about` is absent where it is about no element instance. */
export function publicEvent(head: EventHead, about?: EventElement): PublicEvent {
  const { type, entry, index } = head;
  const event = entry.events[index];
  const data: Record<string, unknown> = event === undefined ? {} : ownData(entry.processInstanceId, event);
  if (about !== undefined) {
    const { id, element } = about;
    if (element !== undefined) {
      data['elementId'] = element.elementId;
      if (element.elementName !== undefined) data['elementName'] = element.elementName;
      data['elementType'] = element.elementType;
    }
    data['elementInstanceId'] = id;
  }
  return { type, entry, index, subject: subjectOf(data, entry.processInstanceId), data };
}

type JournalEvent = JournalEntry['events'][number];

const subjects = [
  ...['userTaskId', 'jobId', 'incidentId', 'timerId', 'elementInstanceId', 'deploymentId', 'webhookId'],
];

function subjectOf(data: Readonly<Record<string, unknown>>, processInstanceId: string): string {
  for (const name of subjects) {
    const id = data[name];
    if (typeof id === 'string') return id;
  }
  return processInstanceId;
}

/** In an object of its own. */
function ownData(processInstanceId: string, event: JournalEvent): Record<string, unknown> {
  const id = (key: number): string => idOf(processInstanceId, key);
  switch (event.type) {
    case 'processInstanceStarted':
      return event.parent === undefined ? {} : { parentProcessInstanceId: event.parent.processInstanceId };
    case 'processInstanceTerminated':
      return event.errorCode === undefined ? {} : { errorCode: event.errorCode };
    case 'processInstanceMigrated':
      return { processDefinitionId: event.processDefinitionId, bpmnProcessId: event.bpmnProcessId };
    case 'elementActivated':
      return { elementId: event.elementId };
    case 'userTaskCreated':
    case 'userTaskCompleted':
      return { userTaskId: id(event.userTaskKey) };
    case 'jobCreated':
      return { jobId: id(event.jobKey), jobType: event.jobType, retries: event.retries };
    case 'jobCompleted':
    case 'jobRetried':
      return { jobId: id(event.jobKey) };
    case 'incidentRaised':
      return { incidentId: id(event.incidentKey), code: event.code };
    case 'incidentResolved':
      return { incidentId: id(event.incidentKey) };
    case 'timerScheduled':
      return { timerId: id(event.timerKey), dueAt: new Date(event.dueAt).toISOString() };
    case 'timerTriggered':
      return { timerId: id(event.timerKey), catchingElementId: event.eventId };
    case 'messageCorrelated':
      return { messageName: event.messageName, catchingElementId: event.eventId };
    case 'messageThrown':
      return { messageName: event.messageName };
    case 'signalCaught':
      return { signalName: event.signalName, catchingElementId: event.eventId };
    case 'signalThrown':
      return { signalName: event.signalName };
    case 'errorThrown':
      return caught({ errorCode: event.errorCode }, event.caughtBy);
    case 'escalationThrown':
      return caught({ escalationCode: event.escalationCode }, event.caughtBy);
    case 'decisionEvaluated':
      return {
        decisionId: event.decisionId,
        decisionDefinitionId: event.decisionDefinitionId,
        version: event.version,
      };
    case 'webhookDisabled':
    case 'deploymentCreated': {
      const { type: _type, ...data } = event;
      return data;
    }
    default:
      return {};
  }
}

function caught(data: Readonly<Record<string, unknown>>, caughtBy: string | undefined) {
  return caughtBy === undefined ? data : { ...data, catchingElementId: caughtBy };
}
