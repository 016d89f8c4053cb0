import type { RelayedJob } from '../../runtime/ports.js';

/**
 * The road that jobs travel on: it tells workers which jobs there are. It may lose what it carries, carry it twice or late; the
 * database knows better, and the relay puts again what is overdue.
 */
export interface JobQueue {
  /** Tells the workers of the type. Putting a job again while it waits there changes nothing. Rejects when the queue is away. */
  put(type: string, jobs: readonly RelayedJob[]): Promise<void>;
  /** Whether the queue has lost what was put on it, since it was last asked. Rejects when the queue is away. */
  hasLost(): Promise<boolean>;
  close(): Promise<void>;
}

/** What travels: no variables, nothing of a person. */
export interface QueuedJob {
  readonly jobId: string;
  readonly fence: number;
}

/** What a queue has brought, read; undefined for what is no job. */
export function readQueuedJob(data: unknown): QueuedJob | undefined {
  if (typeof data !== 'object' || data === null || !('jobId' in data) || !('fence' in data)) return undefined;
  const { jobId, fence } = data;
  return typeof jobId === 'string' && typeof fence === 'number' && Number.isSafeInteger(fence)
    ? { jobId, fence }
    : undefined;
}
