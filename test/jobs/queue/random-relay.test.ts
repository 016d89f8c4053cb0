import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { JobRelay, relayAgainAfterMs, relayBatch } from '../../../src/jobs/queue/job-relay.js';
import type { RelaySource } from '../../../src/jobs/job-source.js';
import { silentLogger } from '../../../src/platform/logger.js';
import { done } from '../../../src/runtime/outcome.js';
import { randomOf } from '../../fuzz/random.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FaultyQueue } from './faulty-queue.js';

const types = ['a', 'b'];
const leaseMs = 20_000;
const runs = 300;
const steps = 120;

interface StoredJob {
  readonly jobId: string;
  readonly type: string;
  readonly createdAt: number;
  fence: number;
  /** When it can be activated: the end of a back-off or of a lease. */
  availableAt: number;
  relayAt: number;
  timesDone: number;
}

/** The database, as far as jobs go: what `JobStore` promises, in memory. */
class Database implements RelaySource {
  readonly jobs = new Map<string, StoredJob>();
  isAway = false;
  claimed = 0;
  readonly #listeners = new Map<string, () => void>();

  constructor(private readonly clock: FakeClock) {}

  create(type: string): void {
    const now = this.clock.now();
    const jobId = `${type}-${this.jobs.size}`;
    const job = { jobId, type, createdAt: now, fence: 0, availableAt: now, relayAt: 0, timesDone: 0 };
    this.jobs.set(jobId, job);
    this.#listeners.get(type)?.();
  }

  /** As a worker locks: by id and fence. Answers the raised fence. */
  lock(jobId: string, fence: number): number | undefined {
    const job = this.jobs.get(jobId);
    const now = this.clock.now();
    if (!job || job.timesDone > 0 || job.fence !== fence || job.availableAt > now) return undefined;
    Object.assign(job, { fence: fence + 1, availableAt: now + leaseMs, relayAt: 0 });
    return job.fence;
  }

  /** As a report: nothing changes under a fence that is not the present one. */
  report(jobId: string, fence: number, change: (job: StoredJob) => void): void {
    const job = this.jobs.get(jobId);
    if (!job || job.fence !== fence || job.timesDone > 0) return;
    change(job);
    job.relayAt = 0;
    this.#listeners.get(job.type)?.();
  }

  relayJobs: RelaySource['relayJobs'] = async (_context, { type, limit, againAfterMs }) => {
    await nextTurn();
    if (this.isAway) throw new Error('the database is away');
    const now = this.clock.now();
    const due = [...this.jobs.values()].filter(
      (job) => job.type === type && job.timesDone === 0 && job.availableAt <= now && job.relayAt <= now,
    );
    const claimed = due.slice(0, limit);
    const { least, most } = againAfterMs;
    for (const job of claimed) job.relayAt = now + Math.min(Math.max(now - job.createdAt, least), most);
    this.claimed += claimed.length;
    return done(claimed.map(({ jobId, fence }) => ({ jobId, fence, priority: 0 })));
  };

  forgetRelayedJobs: RelaySource['forgetRelayedJobs'] = async (_context, { type, limit }) => {
    await nextTurn();
    if (this.isAway) throw new Error('the database is away');
    const relayed = [...this.jobs.values()].filter((job) => job.type === type && job.relayAt > 0);
    for (const job of relayed.slice(0, limit)) job.relayAt = 0;
    return done(Math.min(limit, relayed.length));
  };

  onJobsAvailable: RelaySource['onJobsAvailable'] = (_tenantId, type, callback) => {
    this.#listeners.set(type, callback);
    return () => this.#listeners.delete(type);
  };
}

describe('the relay', function () {
  this.timeout(60_000);

  it(`loses no job and has none done twice, in ${runs} random histories`, async () => {
    for (let seed = 1; seed <= runs; seed++) {
      try {
        await playHistory(seed);
      } catch (error) {
        throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        });
      }
    }
  });
});

async function playHistory(seed: number): Promise<void> {
  const random = randomOf(seed);
  const clock = new FakeClock();
  const database = new Database(clock);
  const queue = new FaultyQueue(random);
  const context = { tenantId: 't', actor: 'relay' };
  const relay = new JobRelay({ source: database, queue, context, types, clock, logger: silentLogger });
  const held: { readonly jobId: string; readonly fence: number }[] = [];
  relay.start();

  const take = (): void => {
    const ids = [...queue.entries.keys()];
    const id = ids[random.pick(ids.length)] ?? '';
    const entry = queue.entries.get(id);
    if (!entry) return;
    if (!random.oneIn(10)) queue.entries.delete(id); // Else it is brought again.
    const fence = database.lock(entry.jobId, entry.fence);
    if (fence !== undefined) held.push({ jobId: entry.jobId, fence });
  };
  const report = (): void => {
    const [job] = held.splice(random.pick(Math.max(1, held.length)), 1);
    if (!job) return;
    if (random.oneIn(5)) return; // Its worker is killed.
    database.report(job.jobId, job.fence, (stored) => {
      if (random.oneIn(3)) stored.availableAt = clock.now() + random.pick(5_000);
      else stored.timesDone++;
    });
    if (random.oneIn(5)) held.push(job); // And it reports again.
  };
  const actions: readonly (() => void | Promise<void>)[] = [
    () => database.create(random.oneIn(2) ? 'a' : 'b'),
    () => database.create('a'),
    take,
    take,
    report,
    report,
    () => clock.advanceAsync(random.pick(3_000)),
    () => nextTurn(),
    () => (random.oneIn(5) ? queue.flush() : undefined),
    () => (random.oneIn(5) ? queue.forgetSome() : undefined),
    () => void (queue.isAway = random.oneIn(2)),
    () => void (database.isAway = random.oneIn(3)),
  ];
  for (let step = 0; step < steps; step++) {
    await actions[random.pick(actions.length)]?.();
    assert.ok(
      database.claimed - queue.taken <= relayBatch,
      `holds ${database.claimed - queue.taken} jobs in memory`,
    );
  }

  // Everything is back: within the longest pause every job is done.
  Object.assign(queue, { isAway: false });
  database.isAway = false;
  const left = (): number => [...database.jobs.values()].filter((job) => job.timesDone === 0).length;
  const until = clock.now() + relayAgainAfterMs.most + 4 * leaseMs;
  while (left() > 0 && clock.now() < until) {
    await clock.advanceAsync(1_000);
    for (const [id, { jobId, fence }] of queue.entries) {
      queue.entries.delete(id);
      const raised = database.lock(jobId, fence);
      if (raised !== undefined) database.report(jobId, raised, (job) => void job.timesDone++);
    }
  }
  for (let second = 0; second < 10; second++) await clock.advanceAsync(1_000);
  assert.deepEqual(relay.state, { isUp: true, lagMs: 0 });
  const stop = relay.stop();
  await clock.advanceAsync(10_000);
  await stop;
  assert.equal(left(), 0, `${left()} jobs were not done`);
  for (const { jobId, timesDone } of database.jobs.values()) assert.equal(timesDone, 1, jobId);
  assert.equal(clock.pendingTimers, 0);
}
