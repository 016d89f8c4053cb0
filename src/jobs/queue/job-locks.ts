import type { Clock } from '../../platform/clock.js';
import { StoreUnavailable } from '../../runtime/ports.js';
import { Batcher } from '../batcher.js';
import type { Job } from '../job-handler.js';
import type { DriverIdentity, QueuedJobSource } from '../job-source.js';
import { wait } from '../../client/wait.js';
import type { QueuedJob } from './job-queue.js';

export interface JobLocksOptions {
  readonly source: Pick<QueuedJobSource, 'lockJobs'>;
  readonly identity: DriverIdentity;
  readonly clock: Clock;
  readonly leaseMs: number;
}

/** Of one call. */
const most = 200;
const attempts = 6;
const firstPauseMs = 200;

/** Locks the jobs that a queue brings, those that come together in one call. */
export class JobLocks {
  readonly #batcher: Batcher<QueuedJob, Job | undefined>;

  constructor(private readonly options: JobLocksOptions) {
    this.#batcher = new Batcher((jobs) => this.#lock(jobs), { most, calls: 2 });
  }

  /** The job, ours until its deadline; undefined when it has been done, taken or changed since it was put. @throws what the source throws, after some attempts */
  async take(job: QueuedJob): Promise<Job | undefined> {
    const { clock } = this.options;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#batcher.add(job);
      } catch (error) {
        if (attempt === attempts || !(error instanceof StoreUnavailable)) throw error;
        await wait(clock, firstPauseMs * 2 ** (attempt - 1));
      }
    }
  }

  async #lock(jobs: readonly QueuedJob[]): Promise<readonly (Job | undefined)[]> {
    const { source, identity, leaseMs } = this.options;
    const input = { jobs, worker: identity.worker, timeoutMs: leaseMs };
    const outcome = await source.lockJobs(identity.context, input);
    if (!outcome.ok) throw new Error(`Expected jobs to be locked but: ${outcome.problem.detail}`);
    const locked = new Map(outcome.value.map((job) => [job.jobId, job]));
    return jobs.map(({ jobId }) => {
      const job = locked.get(jobId);
      // Brought twice, it is done once.
      locked.delete(jobId);
      return job;
    });
  }
}
