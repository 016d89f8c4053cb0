import { endedOrNotFound, loadOwner, notFound } from './instances.js';
import type { Outcome } from './outcome.js';
import { done, refused } from './outcome.js';
import type { JobRow, ProcessInstanceRow } from './ports.js';
import { isWithinJobs } from './reach.js';
import type { JobHolder } from './runtime.js';
import type { Unit } from './unit.js';

export interface OwnedJob {
  readonly instance: ProcessInstanceRow;
  readonly job: JobRow;
}

/** Loads and locks a job with its instance, the instance first. A job that has ended is `invalid-state`. */
export async function loadJob(unit: Unit, jobId: string): Promise<Outcome<OwnedJob>> {
  unit.audit.about({ jobId });
  const owner = await loadOwner(unit, 'job', jobId);
  if (!owner.ok) return owner;
  const job = await unit.tx.jobs.load(unit.context.tenantId, jobId);
  if (job && !isWithinJobs(unit.context.reach, job)) return notFound('job', jobId);
  if (job) return done({ instance: owner.value.row, job });
  return endedOrNotFound(owner.value.row, owner.value.key, 'job', jobId);
}

/** A job that its worker holds. Fence and worker, if given, must be those of the present activation: a late worker changes nothing. */
export async function loadHeldJob(
  unit: Unit,
  jobId: string,
  { fence, worker }: JobHolder,
): Promise<Outcome<OwnedJob>> {
  const loaded = await loadJob(unit, jobId);
  if (!loaded.ok) return loaded;
  const { job } = loaded.value;
  if (fence !== undefined && fence !== job.fence) {
    return refused(
      'job-not-held',
      `Expected fence ${job.fence} for job "${jobId}" but found ${fence}: a later activation holds it.`,
    );
  }
  if (job.state !== 'activated') {
    return refused('job-not-held', `Expected job "${jobId}" to be activated but it is ${job.state}.`);
  }
  if (worker !== undefined && worker !== job.worker) {
    return refused(
      'job-not-held',
      `Expected job "${jobId}" to be held by "${worker}" but another worker holds it.`,
    );
  }
  return loaded;
}
