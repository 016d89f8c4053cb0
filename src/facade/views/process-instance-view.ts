import type { z } from 'zod';
import type { processInstance } from '../../contract/process-instances.js';
import { idOf } from '../../runtime/ids.js';
import type { ProcessInstanceRow } from '../../runtime/ports.js';
import type { ProcessInstanceSummary } from '../../runtime/queries.js';
import { optionalTimeText, timeText } from './time-text.js';

/** A process instance as the contract shows it. */
export function processInstanceView(row: ProcessInstanceSummary): z.input<typeof processInstance> {
  return {
    processInstanceId: row.processInstanceId,
    processDefinitionId: row.processDefinitionId,
    bpmnProcessId: row.bpmnProcessId,
    version: row.version,
    businessKey: row.businessKey,
    state: row.status,
    errorCode: row.errorCode,
    hasIncident: row.hasIncident,
    suspended: row.suspended,
    startedAt: timeText(row.startedAt),
    endedAt: optionalTimeText(row.endedAt),
    parentProcessInstanceId: row.parentProcessInstanceId,
    parentElementInstanceId:
      row.parentProcessInstanceId === undefined || row.parentElementInstanceKey === undefined
        ? undefined
        : idOf(row.parentProcessInstanceId, row.parentElementInstanceKey),
  };
}

/** What a search shows, of a row that was read with its document. */
export function summaryOf({
  state,
  revision: _revision,
  ...row
}: ProcessInstanceRow): ProcessInstanceSummary {
  const { status, errorCode, suspended = false } = state;
  return { ...row, status, errorCode, suspended };
}
