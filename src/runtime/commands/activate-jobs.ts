import { activatedJob } from '../activated-job.js';
import { done, refused } from '../outcome.js';
import type { JobFilter, JobRow } from '../ports.js';
import type { ActivatedJob, ActivateJobsInput } from '../runtime.js';
import type { Unit, UseCase } from '../unit.js';

/** Claims jobs of a type for a worker, with the variables visible to each; answers at once, perhaps with none. */
export function activateJobs(input: ActivateJobsInput): UseCase<readonly ActivatedJob[]> {
  return async (unit) => {
    const { tx, context, wakeups } = unit;
    const { tenantId } = context;
    const { type, worker, maxJobs, timeoutMs, fetchVariables } = input;
    const { jobTypes, bpmnProcessIds } = context.reach ?? {};
    if (jobTypes !== undefined && !jobTypes.includes(type)) {
      return refused(
        'forbidden',
        `Expected a grant for jobs of type "${type}" but ${context.actor} has none.`,
      );
    }
    const only = bpmnProcessIds === undefined ? input.only : withinProcesses(input.only, bpmnProcessIds);
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
    return done(await activatedJobs(unit, jobs, fetchVariables));
  };
}

function withinProcesses(only: JobFilter | undefined, reached: readonly string[]): JobFilter {
  const asked = only?.bpmnProcessIds;
  return { ...only, bpmnProcessIds: asked ? asked.filter((id) => reached.includes(id)) : reached };
}

/** What a worker gets of the jobs that it holds now. */
export async function activatedJobs(
  { tx, context: { tenantId } }: Unit,
  jobs: readonly JobRow[],
  fetchVariables: readonly string[] | undefined,
): Promise<readonly ActivatedJob[]> {
  const ids = [...new Set(jobs.map(({ processInstanceId }) => processInstanceId))];
  const rows = await tx.processInstances.read(tenantId, ids);
  const instances = new Map(rows.map((row) => [row.processInstanceId, row]));
  return jobs.map((job) => activatedJob(job, instances.get(job.processInstanceId), fetchVariables));
}
