import type { JobContext as ContextOf, JobHandler as HandlerOf } from '../client/worker/job-handler.js';
import type { Logger } from '../platform/logger.js';
import type { ActivatedJob } from '../runtime/runtime.js';

// What a handler may answer and how it is stopped is the same here and in a worker over REST.
export { JobInterruption, type JobResult } from '../client/worker/job-handler.js';
export { readAnswer } from '../client/worker/read-answer.js';

/** One piece of work that a process instance waits for, held by this server until its deadline. */
export type Job = ActivatedJob;

/** Variables by name, plain JSON. */
export type Variables = Job['variables'];

/** A value as JSON knows it. */
export type JsonValue = Variables[string];

/** What a handler is given besides the job. */
export type JobContext = ContextOf<Logger>;

/** Does jobs of one type in this process. */
export type JobHandler = HandlerOf<Job, Logger>;
