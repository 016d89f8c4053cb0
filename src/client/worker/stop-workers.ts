import type { ClientClock } from '../client-clock.js';
import { wait } from '../wait.js';
import type { WorkerLogger } from './worker-logger.js';

/** What takes jobs of one type and has them done. */
export interface StoppableWorker {
  /** How many jobs are held, those being reported included. */
  readonly heldCount: number;
  /** Takes no more jobs. Resolves when what was being taken has arrived. Never rejects. */
  stopTaking(): Promise<void>;
  /** Resolves when nothing is held any more. */
  idle(): Promise<void>;
  /** Asks the handlers to come to an end. */
  interrupt(): void;
  /** Gives back what has not answered, and repeats no report any more. */
  giveBackAll(): void;
}

/**
 * Stops workers: they take no more jobs. Handlers have half of the time to finish by themselves, then their signals are aborted and
 * they have the other half; what has not answered by then is given back with its retries untouched. Resolves when nothing is held any
 * more (reports that are not taken included: those jobs come back by their deadline). Never rejects.
 */
export async function stopWorkers(
  workers: readonly StoppableWorker[],
  graceMs: number,
  clock: ClientClock,
  logger: WorkerLogger,
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
