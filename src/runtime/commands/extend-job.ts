import { loadHeldJob } from '../jobs.js';
import { done } from '../outcome.js';
import type { UseCase } from '../unit.js';

/** The worker needs more time: the deadline is `timeoutMs` from now. */
export function extendJob(
  jobId: string,
  { timeoutMs, fence }: { readonly timeoutMs: number; readonly fence?: number },
): UseCase<null> {
  return async (unit) => {
    const held = await loadHeldJob(unit, jobId, fence);
    if (!held.ok) return held;
    const { job } = held.value;
    const { tx, wakeups } = unit;
    const deadline = tx.now + timeoutMs;
    tx.jobs.save({ ...job, deadline });
    tx.afterCommit(() => wakeups.jobsOfferedAt(job.tenantId, job.type, deadline));
    return done(null);
  };
}
