import type { JournalEntry } from '../runtime/ports.js';
import { positionText } from './event-position.js';
import { eventTypePrefix } from './event-type.js';
import type { PublicEvent } from './public-event.js';

/** An event as it is told to others. */
export interface CloudEventText {
  /** Of this source: the same event has it again, whoever is told. */
  readonly id: string;
  /** In the JSON format of CloudEvents 1.0, with its extension attributes; the id is in it. */
  readonly json: string;
}

/** What the events of one entry have in common, as it stands in the text of each. */
interface SharedText {
  readonly entry: JournalEntry;
  readonly beforeSequence: string;
  readonly sequence: string;
  readonly behindSequence: string;
}

/**
 * Writes events for others. They are put together as text, and what all events of an entry share is kept for the next: a stream of
 * everything is told thousands a second.
 *
 * @param source this installation's URI
 */
export function cloudEventWriter(source: string): (event: PublicEvent) => CloudEventText {
  const ofSource = `"source":${JSON.stringify(source)},"type":"${eventTypePrefix}`;
  let shared: SharedText | undefined;
  return ({ entry, index, type, subject, data }) => {
    if (shared?.entry !== entry) shared = sharedText(entry);
    const { beforeSequence, sequence, behindSequence } = shared;
    const id = positionText({ sequence: entry.sequence, index, at: entry.at });
    const about = `"id":"${id}",${ofSource}${type}","subject":${JSON.stringify(subject)}`;
    const place = `${sequence}-${String(index).padStart(6, '0')}`;
    const json = `{"specversion":"1.0",${about},${beforeSequence}${place}${behindSequence}"data":${JSON.stringify(data)}}`;
    return { id, json };
  };
}

function sharedText(entry: JournalEntry): SharedText {
  const { sequence, at, tenantId, processInstanceId, processDefinitionId } = entry;
  const { bpmnProcessId, businessKey, traceparent } = entry;
  const isOfInstance = processInstanceId !== '';
  const time = new Date(at).toISOString();
  return {
    entry,
    beforeSequence: `"time":"${time}","datacontenttype":"application/json",${attribute('tenantid', tenantId)}"sequence":"`,
    // Sorts as text, in the order in which the events of one process instance have happened.
    sequence: String(sequence).padStart(16, '0'),
    behindSequence: `",${[
      attribute('processinstanceid', isOfInstance ? processInstanceId : undefined),
      attribute('processdefinitionid', isOfInstance ? processDefinitionId : undefined),
      attribute('bpmnprocessid', bpmnProcessId),
      attribute('businesskey', businessKey),
      attribute('traceparent', traceparent),
    ].join('')}`,
  };
}

function attribute(name: string, value: string | undefined): string {
  return value === undefined ? '' : `"${name}":${JSON.stringify(value)},`;
}
