import { loadHeldJob } from '../jobs.js';
import { done } from '../outcome.js';
import type { JobHolder } from '../runtime.js';
import type { UseCase } from '../unit.js';

/** The worker needs more time: the deadline is `timeoutMs` from now. */
export function extendJob(
  jobId: string,
  { timeoutMs, ...holder }: { readonly timeoutMs: number } & JobHolder,
): UseCase<null> {
  return async (unit) => {
    const held = await loadHeldJob(unit, jobId, holder);
    if (!held.ok) return held;
    const { job } = held.value;
    const { tx, wakeups } = unit;
    const deadline = tx.now + timeoutMs;
    tx.jobs.save({ ...job, deadline });
    tx.afterCommit(() => wakeups.jobsOfferedAt(job.tenantId, job.type, deadline));
    return done(null);
  };
}
