import type { Queue } from 'bullmq';
import { type QueueOptions } from 'bullmq';
import type { RelayedJob } from '../../runtime/ports.js';
import type { JobQueue, QueuedJob } from './job-queue.js';
import { queuedIdOf, queueNameOf } from './queue-names.js';

/** What a queue is that is open: BullMQ's `Queue`, on either backend. */
export type OpenQueue = Pick<Queue<QueuedJob>, 'addBulk' | 'close' | 'waitUntilReady'>;

export interface BullmqJobQueueOptions {
  /** Opens the queue of a job type. */
  readonly open: (name: string) => OpenQueue;
  /** As `JobQueue.hasLost`. */
  readonly hasLost: () => Promise<boolean>;
  /** Rejects when the backend cannot be spoken to now, so that nothing waits for it in memory. */
  readonly ready: () => Promise<void>;
  /** Closes the connection. */
  readonly close: () => Promise<void>;
}

/** How long a put may take; BullMQ has no such limit of its own. Later the jobs are put again, which is harmless. */
const putLimitMs = 10_000;

/** BullMQ's own options of every queue: what it knows of a job ends with the job. */
export const queueOptions = {
  skipMetasUpdate: true,
  defaultJobOptions: { attempts: 1, removeOnComplete: true, removeOnFail: true },
} satisfies Omit<QueueOptions, 'connection'>;

/** Jobs on BullMQ, one queue for each type. */
export function createBullmqJobQueue(options: BullmqJobQueueOptions): JobQueue {
  const queues = new Map<string, OpenQueue>();
  const queueOf = (type: string): OpenQueue => {
    const open = queues.get(type) ?? options.open(queueNameOf(type));
    queues.set(type, open);
    return open;
  };
  return {
    async put(type, jobs) {
      await options.ready();
      try {
        await withinLimit(queueOf(type).addBulk(jobs.map(asQueued)));
      } catch (error) {
        // A queue whose first connection failed stays unusable: the next attempt opens another.
        void queues
          .get(type)
          ?.close()
          .catch(() => {});
        queues.delete(type);
        throw error;
      }
    },
    hasLost: options.hasLost,
    async close() {
      await Promise.allSettled([...queues.values()].map((queue) => queue.close()));
      await options.close();
    },
  };
}

function asQueued(job: RelayedJob) {
  const { jobId, fence, priority } = job;
  return {
    name: 'job',
    data: { jobId, fence },
    opts: { jobId: queuedIdOf(job), priority: queuedPriorityOf(priority) },
  };
}

/** With BullMQ the smallest comes first, from 1 to 2^21 - 1; ours rise with urgency, and most are 0. */
export function queuedPriorityOf(priority: number): number {
  const middle = 2 ** 20;
  return middle - Math.max(1 - middle, Math.min(priority, middle - 1));
}

async function withinLimit<T>(put: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`Expected the queue to answer within ${putLimitMs} ms.`)),
      putLimitMs,
    );
  });
  try {
    return await Promise.race([put, limit]);
  } finally {
    clearTimeout(timer);
  }
}
