import type { z } from 'zod';
import type { activatedJob, job } from '../../contract/jobs.js';
import { idOf } from '../../runtime/ids.js';
import type { JobRow } from '../../runtime/ports.js';
import type { ActivatedJob } from '../../runtime/runtime.js';
import { optionalTimeText, timeText } from './time-text.js';

/** A job as the contract shows it. */
export function jobView(row: JobRow): z.input<typeof job> {
  return {
    jobId: row.jobId,
    type: row.type,
    state: row.state,
    retries: row.retries,
    priority: row.priority,
    customHeaders: row.headers,
    elementId: row.elementId,
    elementInstanceId: idOf(row.processInstanceId, row.elementInstanceKey),
    processInstanceId: row.processInstanceId,
    processDefinitionId: row.processDefinitionId,
    bpmnProcessId: row.bpmnProcessId,
    businessKey: row.businessKey,
    worker: row.worker,
    deadline: optionalTimeText(row.deadline),
    fence: row.fence,
    errorMessage: row.errorMessage,
    createdAt: timeText(row.createdAt),
    availableAt: timeText(row.availableAt),
  };
}

/** An activated job as its worker gets it. */
export function activatedJobView(activated: ActivatedJob): z.input<typeof activatedJob> {
  return {
    jobId: activated.jobId,
    type: activated.type,
    retries: activated.retries,
    variables: activated.variables,
    customHeaders: activated.customHeaders,
    elementId: activated.elementId,
    elementInstanceId: activated.elementInstanceId,
    processInstanceId: activated.processInstanceId,
    processDefinitionId: activated.processDefinitionId,
    bpmnProcessId: activated.bpmnProcessId,
    businessKey: activated.businessKey,
    deadline: timeText(activated.deadline),
    fence: activated.fence,
    traceparent: activated.traceparent,
  };
}
