import { loadJob } from '../jobs.js';
import { done } from '../outcome.js';
import type { UseCase } from '../unit.js';

/** Changes how often a job may still be tried. One with an incident is offered again when that is resolved. */
export function updateJob(jobId: string, { retries }: { readonly retries: number }): UseCase<null> {
  return async (unit) => {
    const loaded = await loadJob(unit, jobId);
    if (!loaded.ok) return loaded;
    unit.audit.change({ retries: loaded.value.job.retries }, { retries });
    unit.tx.jobs.save({ ...loaded.value.job, retries });
    return done(null);
  };
}
