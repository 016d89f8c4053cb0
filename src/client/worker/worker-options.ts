import type { JsonObject } from '../../contract/json-value.js';
import { limits } from '../../contract/limits.js';
import { type BackoffPolicy, defaultBackoff } from '../backoff.js';
import { type ClientClock, machineClock } from '../client-clock.js';
import type { AnswerOf } from '../operation-types.js';
import type { Client } from '../create-client.js';
import type { JobHandler } from './job-handler.js';
import type { WorkerLogger } from './worker-logger.js';

/** A job that a worker holds, its variables typed as the worker says. */
export type WorkerJob<Variables extends object = JsonObject> = Omit<
  AnswerOf<'activateJobs'>['jobs'][number],
  'variables'
> & { readonly variables: Readonly<Variables> };

/** The operations that a worker calls. */
export type WorkerClient = Pick<
  Client,
  'activateJobs' | 'completeJob' | 'failJob' | 'throwJobError' | 'extendJob'
>;

/** `Variables` is what the models promise for jobs of the type; nobody checks it. */
export interface WorkerOptions<Variables extends object = JsonObject> {
  readonly client: WorkerClient;
  /** Of the jobs, as the model's task definition names it. */
  readonly type: string;
  readonly handler: JobHandler<WorkerJob<Variables>, WorkerLogger>;
  /** How the worker is called, where jobs are shown. Default: `worker-` and something random. */
  readonly name?: string;
  /** How many jobs at once. Default 16. */
  readonly concurrency?: number;
  /** Only these variables are sent; default all that the job sees. */
  readonly fetchVariables?: readonly (keyof Variables & string)[];
  /** How long the handler may take for one attempt. Default 30 s. */
  readonly timeoutMs?: number;
  /** How long a job stays ours without a sign of life; it is extended while the handler works. Default 30 s. */
  readonly leaseMs?: number;
  /** How long the server waits for a job before it answers with none, at most 60 s. Default 30 s. */
  readonly requestTimeoutMs?: number;
  /** The wait after a failed attempt. Default from 1 s to 60 s. */
  readonly backoff?: BackoffPolicy;
  /** Stops the worker, with `graceMs`. */
  readonly signal?: AbortSignal;
  /** How long a stop may take. Default 10 s. */
  readonly graceMs?: number;
  /** Default: the console. */
  readonly logger?: WorkerLogger;
  /** Default: the machine's clock. */
  readonly clock?: ClientClock;
  /** A number from 0 up to but not including 1, for the jitter of back-offs. Default `Math.random`. */
  readonly random?: () => number;
}

/** Options with every default in its place. */
export type WorkerSettings<Variables extends object> = Required<
  Omit<WorkerOptions<Variables>, 'fetchVariables' | 'signal'>
> &
  Pick<WorkerOptions<Variables>, 'fetchVariables' | 'signal'>;

/** @throws RangeError for a bound that is none: else it would be seen at the first job. */
export function workerSettings<Variables extends object>(
  given: WorkerOptions<Variables>,
): WorkerSettings<Variables> {
  const settings = {
    name: `worker-${crypto.randomUUID().slice(0, 8)}`,
    concurrency: 16,
    timeoutMs: 30_000,
    leaseMs: 30_000,
    requestTimeoutMs: 30_000,
    backoff: defaultBackoff,
    graceMs: 10_000,
    logger: console,
    clock: machineClock,
    random: Math.random,
    ...given,
  };
  checkBound('concurrency', settings.concurrency, 1, limits.jobsPerActivation);
  checkBound('timeoutMs', settings.timeoutMs, 1, limits.jobTimeoutMs);
  checkBound('leaseMs', settings.leaseMs, 1, limits.jobTimeoutMs);
  checkBound('requestTimeoutMs', settings.requestTimeoutMs, 0, limits.requestTimeoutMs);
  return settings;
}

function checkBound(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(`Expected ${name} to be a whole number from ${least} to ${most} but found ${value}.`);
}
