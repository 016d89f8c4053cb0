import { loadJob } from '../jobs.js';
import { done, refused } from '../outcome.js';
import type { UseCase } from '../unit.js';

/** One job is taken by its id, or held on by its holder: the deadline is `timeoutMs` from now. */
export function lockJob(
  jobId: string,
  { worker, timeoutMs }: { readonly worker: string; readonly timeoutMs: number },
): UseCase<null> {
  return async (unit) => {
    const loaded = await loadJob(unit, jobId);
    if (!loaded.ok) return loaded;
    const { job } = loaded.value;
    const { tx, wakeups } = unit;
    const isHeld = job.state === 'activated' && (job.deadline ?? 0) > tx.now;
    if (job.state === 'failed' || (isHeld && job.worker !== worker)) {
      const found = isHeld ? 'held by another worker' : 'failed';
      return refused('job-not-held', `Expected job "${jobId}" to be held by nobody else but it is ${found}.`);
    }
    const deadline = tx.now + timeoutMs;
    const fence = isHeld ? job.fence : job.fence + 1;
    tx.jobs.save({ ...job, state: 'activated', worker, deadline, fence });
    tx.afterCommit(() => wakeups.jobsOfferedAt(job.tenantId, job.type, deadline));
    return done(null);
  };
}
