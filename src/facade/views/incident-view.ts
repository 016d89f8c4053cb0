import type { z } from 'zod';
import type { incident } from '../../contract/incidents.js';
import { idOf } from '../../runtime/ids.js';
import type { IncidentRow } from '../../runtime/ports.js';
import { optionalTimeText, timeText } from './time-text.js';

/** An incident as the contract shows it. */
export function incidentView(row: IncidentRow & { readonly resolvedAt?: number }): z.input<typeof incident> {
  return {
    incidentId: row.incidentId,
    code: row.code,
    message: row.message,
    elementId: row.elementId,
    elementInstanceId: idOf(row.processInstanceId, row.elementInstanceKey),
    jobId: row.jobId,
    processInstanceId: row.processInstanceId,
    processDefinitionId: row.processDefinitionId,
    bpmnProcessId: row.bpmnProcessId,
    createdAt: timeText(row.createdAt),
    resolvedAt: optionalTimeText(row.resolvedAt),
  };
}
