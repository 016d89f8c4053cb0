import type { Clock } from '../../src/platform/clock.js';
import type { ActivatedJob, ActivateJobsInput, RequestContext } from '../../src/runtime/runtime.js';
import { done, type Outcome, refused } from '../../src/runtime/outcome.js';
import type { JobSource } from '../../src/jobs/job-source.js';

interface StoredJob {
  readonly job: ActivatedJob;
  readonly state: 'created' | 'activated' | 'completed' | 'failed';
  readonly availableAt: number;
}

/** One call as the source saw it, without tenant and actor. */
export interface SourceCall {
  readonly operation: 'complete' | 'fail' | 'error' | 'extend';
  readonly jobId: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Jobs in memory, held under fences as the runtime holds them. Reports can be made to fail. */
export class MemoryJobSource implements JobSource {
  readonly calls: SourceCall[] = [];
  /** Runs before each report; what it throws the report throws, what it answers is answered instead. */
  beforeReport: (call: SourceCall) => Promise<Outcome<null> | undefined> = () => Promise.resolve(undefined);
  beforeActivation: () => Promise<void> = () => Promise.resolve();
  activations = 0;
  readonly #jobs = new Map<string, StoredJob>();
  readonly #listeners = new Map<string, Set<() => void>>();

  constructor(private readonly clock: Clock) {}

  add(
    job: { readonly jobId: string } & Partial<ActivatedJob>,
    options: { readonly quietly?: boolean } = {},
  ): void {
    const complete: ActivatedJob = {
      type: 'work',
      retries: 3,
      variables: {},
      customHeaders: {},
      elementId: 'task',
      elementInstanceId: `${job.jobId}-element`,
      processInstanceId: `${job.jobId}-instance`,
      processDefinitionId: 'definition',
      bpmnProcessId: 'process',
      deadline: 0,
      fence: 0,
      ...job,
    };
    this.#jobs.set(complete.jobId, { job: complete, state: 'created', availableAt: 0 });
    if (options.quietly !== true) this.offer(complete.type);
  }

  /** Its activity was interrupted: nobody needs it any more. */
  end(jobId: string): void {
    this.#jobs.set(jobId, { ...this.stored(jobId), state: 'completed' });
  }

  offer(type: string): void {
    for (const listener of this.#listeners.get(type) ?? []) listener();
  }

  stored(jobId: string): StoredJob {
    const stored = this.#jobs.get(jobId);
    if (stored === undefined) throw new Error(`Expected a job ${jobId} but found none.`);
    return stored;
  }

  get listenerCount(): number {
    return [...this.#listeners.values()].reduce((sum, { size }) => sum + size, 0);
  }

  async activateJobs(
    _context: RequestContext,
    { type, maxJobs, timeoutMs }: ActivateJobsInput,
  ): Promise<Outcome<readonly ActivatedJob[]>> {
    this.activations += 1;
    await this.beforeActivation();
    const now = this.clock.now();
    const free = [...this.#jobs.values()].filter(
      ({ job, state, availableAt }) =>
        job.type === type &&
        ((state === 'created' && availableAt <= now) || (state === 'activated' && job.deadline <= now)),
    );
    return done(
      free.slice(0, maxJobs).map(({ job }) => {
        const activated = { ...job, fence: job.fence + 1, deadline: now + timeoutMs };
        this.#jobs.set(job.jobId, { job: activated, state: 'activated', availableAt: 0 });
        return activated;
      }),
    );
  }

  completeJob: JobSource['completeJob'] = (_context, jobId, input) =>
    this.#report({ operation: 'complete', jobId, input: { ...input } }, ({ job }) => ({
      job,
      state: 'completed',
      availableAt: 0,
    }));

  throwJobError: JobSource['throwJobError'] = (_context, jobId, input) =>
    this.#report({ operation: 'error', jobId, input: { ...input } }, ({ job }) => ({
      job,
      state: 'completed',
      availableAt: 0,
    }));

  failJob: JobSource['failJob'] = (_context, jobId, input) =>
    this.#report({ operation: 'fail', jobId, input: { ...input } }, ({ job }) => {
      const retries = input.retries ?? job.retries - 1;
      const availableAt = this.clock.now() + (input.backoffMs ?? 0);
      return { job: { ...job, retries }, state: retries > 0 ? 'created' : 'failed', availableAt };
    });

  extendJob: JobSource['extendJob'] = (_context, jobId, input) =>
    this.#report({ operation: 'extend', jobId, input: { ...input } }, ({ job, availableAt }) => ({
      job: { ...job, deadline: this.clock.now() + input.timeoutMs },
      state: 'activated',
      availableAt,
    }));

  takeNewJobs: JobSource['takeNewJobs'] = () => () => {};

  onJobsAvailable(_tenantId: string, type: string, callback: () => void): () => void {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners.add(callback));
    return () => listeners.delete(callback);
  }

  async #report(
    call: SourceCall & { readonly input: { readonly fence?: number } },
    change: (stored: StoredJob) => StoredJob,
  ): Promise<Outcome<null>> {
    this.calls.push(call);
    const instead = await this.beforeReport(call);
    if (instead !== undefined) return instead;
    const stored = this.stored(call.jobId);
    if (stored.state !== 'activated' || stored.job.fence !== call.input.fence) {
      const found = `${stored.state} with fence ${stored.job.fence}`;
      return refused(
        'job-not-held',
        `Expected job ${call.jobId} to be held with fence ${call.input.fence} but it is ${found}.`,
      );
    }
    this.#jobs.set(call.jobId, change(stored));
    return done(null);
  }
}
