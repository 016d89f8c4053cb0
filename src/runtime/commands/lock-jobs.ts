import { done } from '../outcome.js';
import type { ActivatedJob, LockJobsInput } from '../runtime.js';
import type { UseCase } from '../unit.js';
import { activatedJobs } from './activate-jobs.js';

/** Activates those of the named jobs that wait with that very fence; whoever is late gets fewer, or none. */
export function lockJobs({
  jobs,
  worker,
  timeoutMs,
  fetchVariables,
}: LockJobsInput): UseCase<readonly ActivatedJob[]> {
  return async (unit) => {
    const { tx, context, wakeups } = unit;
    const { tenantId } = context;
    const { jobTypes, bpmnProcessIds } = context.reach ?? {};
    const only = { ...(jobTypes && { types: jobTypes }), ...(bpmnProcessIds && { bpmnProcessIds }) };
    const locked = await tx.jobs.lock({ tenantId, jobs, worker, timeoutMs, only });
    if (locked.length === 0) return done([]);
    const types = new Set(locked.map(({ type }) => type));
    tx.afterCommit(() => {
      for (const type of types) wakeups.jobsOfferedAt(tenantId, type, tx.now + timeoutMs);
    });
    return done(await activatedJobs(unit, locked, fetchVariables));
  };
}
