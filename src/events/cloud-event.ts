import { eventTypePrefix } from './event-type.js';
import { positionText } from './event-position.js';
import type { PublicEvent } from './public-event.js';

/** An event in the JSON format of CloudEvents 1.0, with its extension attributes. */
export interface CloudEvent {
  readonly specversion: '1.0';
  /** Of this source: the same event has it again, whoever is told. */
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly tenantid: string;
  /** Sorts as text, in the order in which the events of one process instance have happened. */
  readonly sequence: string;
  readonly processinstanceid?: string;
  readonly processdefinitionid?: string;
  readonly bpmnprocessid?: string;
  readonly businesskey?: string;
  readonly traceparent?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The event as it is told to others. `source` is this installation's URI. */
export function cloudEvent(event: PublicEvent, source: string): CloudEvent {
  const { entry, index, type, subject, data } = event;
  const { sequence, at, tenantId, processInstanceId } = entry;
  const { processDefinitionId, bpmnProcessId, businessKey, traceparent } = entry;
  const isOfInstance = processInstanceId !== '';
  return {
    specversion: '1.0',
    id: positionText({ sequence, index, at }),
    source,
    type: `${eventTypePrefix}${type}`,
    subject,
    time: new Date(at).toISOString(),
    datacontenttype: 'application/json',
    tenantid: tenantId,
    sequence: `${String(sequence).padStart(16, '0')}-${String(index).padStart(6, '0')}`,
    ...(isOfInstance
      ? { processinstanceid: processInstanceId, processdefinitionid: processDefinitionId }
      : {}),
    ...(bpmnProcessId === undefined ? {} : { bpmnprocessid: bpmnProcessId }),
    ...(businessKey === undefined ? {} : { businesskey: businessKey }),
    ...(traceparent === undefined ? {} : { traceparent }),
    data,
  };
}
