import type { Variables } from '../engine/json.js';
import { ownValue } from '../engine/json.js';
import { visibleVariables } from '../engine/variables.js';
import { idOf } from './ids.js';
import type { JobRow, ProcessInstanceRow } from './ports.js';
import type { ActivatedJob } from './runtime.js';

/** What a worker gets of a job that it holds, with the variables visible to it, or those of the given names. */
export function activatedJob(
  job: JobRow,
  instance: ProcessInstanceRow | undefined,
  names: readonly string[] | undefined,
): ActivatedJob {
  if (!instance || job.deadline === undefined)
    throw new Error(`Expected job ${job.jobId} to have an instance and a deadline.`);
  const visible = visibleVariables(instance.state.elementInstances, job.elementInstanceKey);
  return {
    jobId: job.jobId,
    type: job.type,
    retries: job.retries,
    variables: names ? pick(visible, names) : visible,
    customHeaders: job.headers,
    elementId: job.elementId,
    elementInstanceId: idOf(job.processInstanceId, job.elementInstanceKey),
    processInstanceId: job.processInstanceId,
    processDefinitionId: job.processDefinitionId,
    bpmnProcessId: job.bpmnProcessId,
    ...(job.businessKey === undefined ? {} : { businessKey: job.businessKey }),
    deadline: job.deadline,
    fence: job.fence,
    ...(instance.traceparent === undefined ? {} : { traceparent: instance.traceparent }),
  };
}

function pick(variables: Variables, names: readonly string[]): Variables {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = ownValue(variables, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
