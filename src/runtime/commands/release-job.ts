import { loadHeldJob } from '../jobs.js';
import { done } from '../outcome.js';
import type { JobHolder } from '../runtime.js';
import type { UseCase } from '../unit.js';

/** The worker gives the job back undone: it is offered again at once, with as many retries as before. */
export function releaseJob(jobId: string, holder: JobHolder): UseCase<null> {
  return async (unit) => {
    const held = await loadHeldJob(unit, jobId, holder);
    if (!held.ok) return held;
    const { worker: _worker, deadline: _deadline, ...job } = held.value.job;
    const { tx, wakeups } = unit;
    tx.jobs.save({ ...job, state: 'created', availableAt: tx.now });
    tx.afterCommit(() => wakeups.jobsOffered(job.tenantId, job.type, 1));
    return done(null);
  };
}
