import type { Variables } from '../../engine/json.js';
import { ownValue } from '../../engine/json.js';
import { visibleVariables } from '../../engine/variables.js';
import { idOf } from '../ids.js';
import { done } from '../outcome.js';
import type { JobRow, ProcessInstanceRow } from '../ports.js';
import type { ActivatedJob, ActivateJobsInput } from '../runtime.js';
import type { UseCase } from '../unit.js';

/** Claims jobs of a type for a worker, with the variables visible to each; answers at once, perhaps with none. */
export function activateJobs(input: ActivateJobsInput): UseCase<readonly ActivatedJob[]> {
  return async (unit) => {
    const { tx, context, wakeups } = unit;
    const { tenantId } = context;
    const { type, worker, maxJobs, timeoutMs, fetchVariables, only } = input;
    const jobs = await tx.jobs.activate({
      tenantId,
      type,
      worker,
      maxJobs,
      timeoutMs,
      ...(only === undefined ? {} : { only }),
    });
    if (jobs.length === 0) return done([]);
    tx.afterCommit(() => wakeups.jobsOfferedAt(tenantId, type, tx.now + timeoutMs));
    const ids = [...new Set(jobs.map(({ processInstanceId }) => processInstanceId))];
    const rows = await tx.processInstances.read(tenantId, ids);
    const instances = new Map(rows.map((row) => [row.processInstanceId, row]));
    return done(jobs.map((job) => activated(job, instances.get(job.processInstanceId), fetchVariables)));
  };
}

function activated(
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
