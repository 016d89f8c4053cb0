import type { PublicEvent } from '../../src/events/public-event.js';

/** The start of an instance, as the only event of the journal's entry with that sequence. */
export function startedEvent(sequence: number, subject = 'instance'): PublicEvent {
  return {
    type: 'process-instance.started',
    index: 0,
    entry: {
      sequence,
      tenantId: 'default',
      processInstanceId: 'instance',
      processDefinitionId: 'definition',
      at: 0,
      command: 'startProcessInstance',
      events: [],
      isRemoved: false,
    },
    subject,
    data: {},
  };
}
