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

/** A worker is gone for good: what it held is offered again at once. Answers how many jobs. */
export function releaseJobsOf(worker: string): UseCase<number> {
  return async ({ tx, context: { tenantId }, wakeups }) => {
    const types = await tx.jobs.releaseHeldBy(tenantId, worker);
    tx.afterCommit(() => {
      for (const type of new Set(types)) wakeups.jobsOffered(tenantId, type, types.length);
    });
    return done(types.length);
  };
}
