import { setImmediate as nextTurn } from 'node:timers/promises';
import type { JobQueue } from '../../../src/jobs/queue/job-queue.js';
import { queuedIdOf } from '../../../src/jobs/queue/queue-names.js';
import type { RelayedJob } from '../../../src/runtime/ports.js';
import type { Random } from '../../fuzz/random.js';

/** A queue that is away, slow, forgetful and repeats itself, as the dice say. */
export class FaultyQueue implements JobQueue {
  entries = new Map<string, { readonly jobId: string; readonly fence: number }>();
  isAway = false;
  /** While it is there, it takes everything and says so. */
  isCalm = false;
  taken = 0;
  mostAtOnce = 0;
  #isMarked = false;

  constructor(private readonly random: Random) {}

  async put(_type: string, jobs: readonly RelayedJob[]): Promise<void> {
    this.mostAtOnce = Math.max(this.mostAtOnce, jobs.length);
    await nextTurn();
    const isCutOff = !this.isCalm && this.random.oneIn(10);
    if (this.isAway || (isCutOff && this.random.oneIn(2))) throw new Error('the queue is away');
    for (const job of jobs) this.entries.set(queuedIdOf(job), job);
    this.taken += jobs.length;
    if (isCutOff) throw new Error('the answer of the queue is lost');
  }

  async hasLost(): Promise<boolean> {
    await nextTurn();
    if (this.isAway) throw new Error('the queue is away');
    const hasLost = !this.#isMarked;
    this.#isMarked = true;
    return hasLost;
  }

  async close(): Promise<void> {}

  flush(): void {
    this.entries.clear();
    this.#isMarked = false;
  }

  /** Loses some and does not know: a fail-over to a replica that was behind. */
  forgetSome(): void {
    for (const id of this.entries.keys()) if (this.random.oneIn(2)) this.entries.delete(id);
  }
}
