import type { Job, JobInterruption, JobResult } from '../job-handler.js';

/** What a thread is told. */
export type ToThread =
  | { readonly kind: 'job'; readonly job: Job; readonly idempotencyKey: string; readonly logLevel: string }
  | { readonly kind: 'abort'; readonly why: JobInterruption['why']; readonly message: string };

/** What a thread tells. */
export type FromThread =
  | { readonly kind: 'ready' }
  /** One line of the handler's logger, as JSON. */
  | { readonly kind: 'log'; readonly line: string }
  | { readonly kind: 'answer'; readonly result: JobResult };

/** Whether it is one of ours: a loader of sources may say something too. */
export function isFromThread(message: unknown): message is FromThread {
  return typeof message === 'object' && message !== null && 'kind' in message;
}
