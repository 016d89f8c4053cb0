import assert from 'node:assert/strict';
import type { Outcome } from '../../../src/runtime/outcome.js';
import type { ActivatedJob, RequestContext, Runtime } from '../../../src/runtime/runtime.js';
import type { Random } from '../../fuzz/random.js';
import type { FaultyQueue } from '../../jobs/queue/faulty-queue.js';
import { onPurpose } from './simulated-store.js';

const leaseMs = 1_000;
const type = 'outside';
/** A report that comes too late, or for a job that has gone on, is refused by one of these. */
const refusals: readonly string[] = ['job-not-held', 'not-found', 'suspended', 'invalid-state'];

type Held = Pick<ActivatedJob, 'jobId' | 'fence' | 'retries'>;

/** Workers outside: they take jobs, by asking or from the queue, are slow, die, and report late and twice. */
export class SimulatedWorkers {
  readonly #held: Held[] = [];
  /** By job, the highest fence that a worker was given. */
  readonly #fences = new Map<string, number>();
  readonly #done = new Set<string>();

  constructor(
    private readonly context: RequestContext,
    private readonly random: Random,
    private readonly queue: FaultyQueue,
  ) {}

  get hold(): number {
    return this.#held.length;
  }

  async take(runtime: Runtime): Promise<void> {
    const input = { type, worker: 'asking', maxJobs: 1 + this.random.pick(3), timeoutMs: leaseMs };
    this.#given(await this.#attempt(() => runtime.activateJobs(this.context, input)));
  }

  /** @returns whether the queue had an entry */
  async takeQueued(runtime: Runtime, oftenRepeated: boolean): Promise<boolean> {
    const ids = [...this.queue.entries.keys()];
    const id = ids[this.random.pick(ids.length)] ?? '';
    const job = this.queue.entries.get(id);
    if (!job) return false;
    // Else it is brought again.
    if (!oftenRepeated || !this.random.oneIn(10)) this.queue.entries.delete(id);
    const { jobId, fence } = job;
    const input = { jobs: [{ jobId, fence }], worker: 'queued', timeoutMs: leaseMs };
    this.#given(await this.#attempt(() => runtime.lockJobs(this.context, input)));
    return true;
  }

  /** A worker reports what it holds, well or not, in time or late, maybe twice; or it is dead. */
  async report(runtime: Runtime, isCalm: boolean): Promise<void> {
    const [job] = this.#held.splice(this.random.pick(this.#held.length), 1);
    if (!job) return;
    if (!isCalm && this.random.oneIn(6)) return;
    if (!isCalm && this.random.oneIn(5)) this.#held.push(job);
    const { jobId, fence, retries } = job;
    const isStale = fence < (this.#fences.get(jobId) ?? 0);
    const fails = !isCalm && this.random.oneIn(4);
    const failure = {
      fence,
      errorMessage: `a worker fails ${onPurpose}`,
      retries: this.random.oneIn(3) ? 0 : retries,
      backoffMs: this.random.pick(800),
    };
    const outcome = await this.#attempt<null>(() =>
      fails
        ? runtime.failJob(this.context, jobId, failure)
        : runtime.completeJob(this.context, jobId, { fence }),
    );
    if (!outcome) {
      this.#held.push(job);
      return;
    }
    if (!outcome.ok) return assert.ok(refusals.includes(outcome.problem.code), outcome.problem.detail);
    assert.ok(!isStale, `Expected a worker of ${jobId} to be refused whose lease went to another.`);
    if (fails) return;
    assert.ok(!this.#done.has(jobId), `Expected ${jobId} to be completed once.`);
    this.#done.add(jobId);
  }

  #given(outcome: Outcome<readonly ActivatedJob[]> | undefined): void {
    if (!outcome) return;
    assert.ok(outcome.ok, JSON.stringify(outcome));
    for (const { jobId, fence, retries } of outcome.value) {
      const before = this.#fences.get(jobId) ?? 0;
      assert.notEqual(fence, before, `Expected ${jobId} to be given to one worker under fence ${fence}.`);
      this.#fences.set(jobId, Math.max(fence, before));
      this.#held.push({ jobId, fence, retries });
    }
  }

  async #attempt<T>(ask: () => Promise<Outcome<T>>): Promise<Outcome<T> | undefined> {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof Error && error.message.includes(onPurpose)) return undefined;
      throw error;
    }
  }
}
