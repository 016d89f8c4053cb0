import type { JobDriver } from '../job-driver.js';
import type { JobRegistration } from '../job-registration.js';
import { JobSlots } from '../job-slots.js';
import type { QueuedJobSource } from '../job-source.js';
import type { JobsAtHandOptions } from '../jobs-at-hand.js';
import { stopWorkers } from '../../client/worker/stop-workers.js';
import { JobLocks } from './job-locks.js';
import { type OpenWorkerOf, QueuedTypeWorker } from './queued-type-worker.js';

export interface QueuedJobDriverOptions extends Omit<JobsAtHandOptions, 'leaseMs'> {
  readonly source: QueuedJobSource;
  readonly registrations: ReadonlyMap<string, JobRegistration>;
  readonly open: OpenWorkerOf;
  /** How many jobs of all types at once. */
  readonly concurrency: number;
  /** How long a job stays ours without a sign of life, so also how long it waits after a crash. Default 30 s. */
  readonly leaseMs?: number;
}

/** A driver that does the jobs that BullMQ's queues bring, one queue for each type. */
export function createQueuedJobDriver(options: QueuedJobDriverOptions): JobDriver {
  const { registrations, clock, logger, leaseMs = 30_000 } = options;
  const workers: QueuedTypeWorker[] = [];
  return {
    start() {
      if (workers.length > 0) throw new Error('Expected the job driver to be started once.');
      const slots = new JobSlots(options.concurrency);
      const locks = new JobLocks({ ...options, leaseMs });
      for (const registration of registrations.values()) {
        workers.push(new QueuedTypeWorker(registration, { ...options, leaseMs, slots, locks }));
      }
    },
    async stop(graceMs) {
      await stopWorkers(workers, graceMs, clock, logger);
      await Promise.all(workers.map((worker) => worker.close()));
    },
  };
}
