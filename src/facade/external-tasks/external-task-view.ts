import type { ActivatedJob } from '../../runtime/runtime.js';
import { typed } from './typed-variables.js';

/** A job as Camunda 7's clients read it. Times are written as there: with milliseconds and a numeric offset. */
export function externalTaskView(job: ActivatedJob, workerId: string) {
  const variables = Object.entries(job.variables).map(([name, value]) => [name, typed(value)] as const);
  return {
    id: job.jobId,
    topicName: job.type,
    workerId,
    lockExpirationTime: new Date(job.deadline).toISOString().replace('Z', '+0000'),
    processInstanceId: job.processInstanceId,
    executionId: job.elementInstanceId,
    processDefinitionId: job.processDefinitionId,
    processDefinitionKey: job.bpmnProcessId,
    activityId: job.elementId,
    activityInstanceId: job.elementInstanceId,
    businessKey: job.businessKey ?? null,
    retries: job.retries,
    suspended: false,
    tenantId: null,
    // Their clients hand a handler no other text of ours; what the model says goes first.
    extensionProperties: {
      ...(job.traceparent !== undefined && { traceparent: job.traceparent }),
      ...job.customHeaders,
    },
    variables: Object.fromEntries(variables),
  };
}
