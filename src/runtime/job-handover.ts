import { activatedJob } from './activated-job.js';
import type { JobRow, ProcessInstanceRow, Transaction } from './ports.js';
import type { ActivatedJob } from './runtime.js';

/** A worker in this process that holds new jobs from the very commit that creates them: nobody has to look for them. */
export interface JobTaker {
  /** As seen at the job while it is held. */
  readonly worker: string;
  /** How long a job is held without a sign of life. */
  readonly timeoutMs: number;
  /** Keeps a place for one job; false where there is none, or where jobs that are older may be waiting. */
  reserve(): boolean;
  /** The place is not needed after all. */
  release(): void;
  /** The job for a place, committed. */
  take(job: ActivatedJob): void;
}

/** The takers of this process, by tenant and job type. */
export class JobTakers {
  readonly #takers = new Map<string, Set<JobTaker>>();

  /** Answers how to end it. */
  register(tenantId: string, type: string, taker: JobTaker): () => void {
    const key = keyOf(tenantId, type);
    const takers = this.#takers.get(key) ?? new Set();
    this.#takers.set(key, takers.add(taker));
    return () => {
      takers.delete(taker);
      if (takers.size === 0) this.#takers.delete(key);
    };
  }

  /** The first that has kept a place. */
  reserve(tenantId: string, type: string): JobTaker | undefined {
    for (const taker of this.#takers.get(keyOf(tenantId, type)) ?? []) if (taker.reserve()) return taker;
    return undefined;
  }
}

/** The jobs that one unit of work creates for takers of this process. Places are kept until the commit, or given back. */
export class JobHandover {
  readonly #reserved = new Map<string, { readonly job: JobRow; readonly taker: JobTaker }>();

  constructor(private readonly takers: JobTakers) {}

  /** The row of a new job as it is to be written: held by a taker that has a place for it, else as it is given. */
  place(job: JobRow, now: number): JobRow {
    const taker = this.takers.reserve(job.tenantId, job.type);
    if (taker === undefined) return job;
    const { worker, timeoutMs } = taker;
    const held: JobRow = {
      ...job,
      state: 'activated',
      worker,
      deadline: now + timeoutMs,
      fence: job.fence + 1,
    };
    this.#reserved.set(job.jobId, { job: held, taker });
    return held;
  }

  /** The job has ended in the unit that created it. */
  drop(jobId: string): void {
    this.#reserved.get(jobId)?.taker.release();
    this.#reserved.delete(jobId);
  }

  /** After the commit the takers get the jobs of the instance, which the unit has written for the last time. */
  handOver(tx: Transaction, instance: ProcessInstanceRow): void {
    for (const [jobId, { job, taker }] of this.#reserved) {
      if (job.processInstanceId !== instance.processInstanceId) continue;
      const activated = activatedJob(job, instance, undefined);
      tx.afterCommit(() => {
        // Written twice in one unit, it is handed over once.
        if (this.#reserved.delete(jobId)) taker.take(activated);
      });
    }
  }

  /** Nothing of the unit was committed, or everything has been handed over. */
  releaseAll(): void {
    for (const { taker } of this.#reserved.values()) taker.release();
    this.#reserved.clear();
  }
}

function keyOf(tenantId: string, type: string): string {
  return JSON.stringify([tenantId, type]);
}
