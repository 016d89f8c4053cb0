import { EVENT_SCHEMA_VERSION } from '../engine/event.js';
import type { ServerEvent } from './server-event.js';
import type { Unit } from './unit.js';

/** Writes into the journal what has happened to the server and to no process instance. */
export function noteServerEvent({ tx, context, wakeups }: Unit, command: string, event: ServerEvent): void {
  const { tenantId, actor, traceparent } = context;
  tx.journal.append({
    tenantId,
    processInstanceId: '',
    processDefinitionId: '',
    at: tx.now,
    actor,
    ...(traceparent === undefined ? {} : { traceparent }),
    command,
    eventVersion: EVENT_SCHEMA_VERSION,
    events: [event],
  });
  tx.afterCommit(() => wakeups.journalWritten());
}
