import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { JobDriver } from './job-driver.js';
import type { JobRegistration } from './job-registration.js';
import type { DriverIdentity, JobSource } from './job-source.js';
import { JobTypeWorker } from './job-type-worker.js';
import { wait } from './wait.js';

export interface InProcessJobDriverOptions {
  readonly source: JobSource;
  readonly registrations: ReadonlyMap<string, JobRegistration>;
  readonly identity: DriverIdentity;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A number from 0 up to but not including 1, for the jitter of back-offs. */
  readonly random: () => number;
  /** How long a job stays ours without a sign of life, so also how long it waits after a crash. Default 30 s. */
  readonly leaseMs?: number;
  /** How often we look for jobs that nobody told us of. Default 10 s. */
  readonly pollMs?: number;
}

/** A driver that takes jobs from the runtime of this process and calls the handlers in it. */
export function createInProcessJobDriver(options: InProcessJobDriverOptions): JobDriver {
  const { registrations, clock, logger, leaseMs = 30_000, pollMs = 10_000 } = options;
  let workers: readonly JobTypeWorker[] = [];
  let isStarted = false;
  return {
    start() {
      if (isStarted) throw new Error('Expected the job driver to be started once but it was started again.');
      isStarted = true;
      workers = [...registrations.values()].map(
        (registration) => new JobTypeWorker(registration, { ...options, leaseMs, pollMs }),
      );
    },
    stop: (graceMs) => stopWorkers(workers, graceMs, clock, logger),
  };
}

async function stopWorkers(
  workers: readonly JobTypeWorker[],
  graceMs: number,
  clock: Clock,
  logger: Logger,
): Promise<void> {
  const startedAt = clock.now();
  let isIdle = false;
  const idle = Promise.all(workers.map((worker) => worker.stopTaking()))
    .then(() => Promise.all(workers.map((worker) => worker.idle())))
    .then(() => {
      isIdle = true;
    });
  const until = (share: number) => {
    const untilMs = startedAt + graceMs * share - clock.now();
    return Promise.race([idle, wait(clock, Math.max(0, untilMs))]);
  };
  await until(0.5);
  if (isIdle) return;
  for (const worker of workers) worker.interrupt();
  await until(0.9);
  if (isIdle) return;
  for (const worker of workers) worker.giveBackAll();
  await until(1);
  const held = workers.reduce((sum, worker) => sum + worker.heldCount, 0);
  if (!isIdle) logger.warn({ held }, 'jobs could not be given back in time; they return by their deadline');
}
