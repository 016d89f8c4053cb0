export type { JsonObject, JsonValue } from '../contract/json-value.js';
export type { ProblemBody } from '../contract/problem.js';
export type { ProblemCode } from '../contract/problem-codes.js';
export type { BackoffPolicy } from './backoff.js';
export type { ClientClock } from './client-clock.js';
export {
  type CallOptions,
  type Client,
  type ClientOptions,
  createClient,
  type Method,
} from './create-client.js';
export { ConnectionError, ProblemError, TimeLimitExceeded, UnexpectedAnswer } from './errors.js';
export type { EventRequest, FollowOptions, StreamedEvent } from './follow-events.js';
export type { AnswerOf, OperationId, RequestOf } from './operation-types.js';
export { defaultRetry, type RetryPolicy } from './retry-policy.js';
export { createWorker, type Worker } from './worker/create-worker.js';
export { type JobContext, type JobHandler, JobInterruption, type JobResult } from './worker/job-handler.js';
export type { WorkerLogger } from './worker/worker-logger.js';
export type { WorkerClient, WorkerJob, WorkerOptions } from './worker/worker-options.js';
