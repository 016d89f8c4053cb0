import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { Tracing } from '../platform/tracing.js';
import type { JobDriver } from './job-driver.js';
import type { JobRegistration } from './job-registration.js';
import { JobSlots } from './job-slots.js';
import type { DriverIdentity, JobSource } from './job-source.js';
import { JobTypeWorker } from './job-type-worker.js';
import { stopWorkers } from '../client/worker/stop-workers.js';

export interface InProcessJobDriverOptions {
  readonly source: JobSource;
  readonly registrations: ReadonlyMap<string, JobRegistration>;
  readonly identity: DriverIdentity;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A number from 0 up to but not including 1, for the jitter of back-offs. */
  readonly random: () => number;
  /** Default: nothing is told. */
  readonly tracing?: Tracing | undefined;
  /** How many jobs of all types at once. Default {@link defaultJobsAtOnce}. */
  readonly concurrency?: number;
  /** How long a job stays ours without a sign of life, so also how long it waits after a crash. Default 30 s. */
  readonly leaseMs?: number;
  /** How often we look for jobs that nobody told us of. Default 10 s. */
  readonly pollMs?: number;
}

export const defaultJobsAtOnce = 100;

/** A driver that takes jobs from the runtime of this process and calls the handlers in it. */
export function createInProcessJobDriver(options: InProcessJobDriverOptions): JobDriver {
  const { registrations, clock, logger, leaseMs = 30_000, pollMs = 10_000 } = options;
  const slots = new JobSlots(options.concurrency ?? defaultJobsAtOnce);
  let workers: readonly JobTypeWorker[] = [];
  let isStarted = false;
  return {
    start() {
      if (isStarted) throw new Error('Expected the job driver to be started once but it was started again.');
      isStarted = true;
      workers = [...registrations.values()].map(
        (registration) => new JobTypeWorker(registration, { ...options, leaseMs, pollMs, slots }),
      );
    },
    stop: (graceMs) => stopWorkers(workers, graceMs, clock, logger),
  };
}
