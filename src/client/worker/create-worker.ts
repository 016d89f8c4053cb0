import type { JsonObject } from '../../contract/json-value.js';
import { stopWorkers } from './stop-workers.js';
import { TypeWorker } from './type-worker.js';
import { type WorkerOptions, workerSettings } from './worker-options.js';

/** A worker that takes jobs of one type. */
export interface Worker {
  /** How it is called, where jobs are shown. */
  readonly name: string;
  /** How many jobs it holds, those being reported included. */
  readonly heldCount: number;
  /**
   * Takes no more jobs. Handlers have half of the time to finish by themselves, then their signals are aborted; what has not answered
   * shortly before the end is given back with its retries untouched. Resolves when nothing is held any more, or the time is over; what
   * could not be reported returns by its deadline. Further calls wait for the first. Never rejects.
   */
  stop(graceMs?: number): Promise<void>;
}

/**
 * Does jobs of one type from now on: takes them by long poll, as many as it may hold, extends them while the handler works, and reports
 * what it answers. While the server is away it waits, longer each time. @throws RangeError for a bound that is none.
 */
export function createWorker<Variables extends object = JsonObject>(
  options: WorkerOptions<Variables>,
): Worker {
  const settings = workerSettings(options);
  const { clock, logger, signal } = settings;
  const worker = new TypeWorker(settings);
  let stopped: Promise<void> | undefined;
  const stop = (graceMs = settings.graceMs): Promise<void> => {
    signal?.removeEventListener('abort', stopBySignal);
    return (stopped ??= stopWorkers([worker], graceMs, clock, logger).then(() => worker.abandon()));
  };
  const stopBySignal = (): void => void stop();
  if (signal?.aborted) stopBySignal();
  else {
    signal?.addEventListener('abort', stopBySignal);
    worker.start();
  }
  return {
    name: settings.name,
    get heldCount() {
      return worker.heldCount;
    },
    stop,
  };
}
