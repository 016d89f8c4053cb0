/** The queue of a job type: BullMQ allows no colon in it. Redis keys and the PostgreSQL schema have the prefix besides. */
export function queueNameOf(type: string): string {
  return `jobs-${encodeURIComponent(type)}`;
}

/** The id of a job on its queue: a second put of the same activation is the same job, a retry is another. */
export function queuedIdOf({ jobId, fence }: { readonly jobId: string; readonly fence: number }): string {
  return `${jobId}-${fence}`;
}
