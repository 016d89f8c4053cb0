import type { JobQueue } from './job-queue.js';
import type { OpenWorkerOf } from './queued-type-worker.js';

/** BullMQ on one of its backends. */
export interface QueueTransport {
  /** For the relay. */
  openQueue(): JobQueue;
  /** For workers. */
  openWorkers(): { readonly open: OpenWorkerOf; close(): Promise<void> };
}
