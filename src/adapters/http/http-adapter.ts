import type { Job, JobContext, JobHandler, JobResult } from '../../jobs/job-handler.js';
import type { JobRegistration } from '../../jobs/job-registration.js';
import type { Clock } from '../../platform/clock.js';
import { OutboundError } from '../../platform/outbound-error.js';
import type { OutboundHttp } from '../../platform/outbound-http.js';
import { type PlaceholderSettings, PlaceholderValues } from '../template/placeholder-values.js';
import { TaskError } from '../template/task-error.js';
import { buildRequest } from './build-request.js';
import { type HttpTask, longestTimeoutMs, readHttpTask } from './http-task.js';
import { interpretResponse } from './interpret-response.js';
import { maskSecrets } from './mask-secrets.js';

/** The job type of this adapter. */
export const httpJobType = 'http';

export interface HttpAdapterOptions extends PlaceholderSettings {
  readonly outbound: OutboundHttp;
  readonly clock: Clock;
}

/** Many may wait at once: they hold a socket each and no processor. */
const concurrency = 64;
const marginMs = 5_000;

/** The general HTTP adapter for jobs of type `http`; docs/http-adapter.md tells what a model can ask of it. */
export function createHttpAdapter(options: HttpAdapterOptions): JobRegistration {
  return {
    type: httpJobType,
    handler: createHttpHandler(options),
    concurrency,
    timeoutMs: longestTimeoutMs + marginMs,
  };
}

/** Sends the request that the task headers describe, and turns what comes back into the job's result. */
export function createHttpHandler(options: HttpAdapterOptions): JobHandler {
  return async (job, context) => {
    const values = new PlaceholderValues(job, options);
    const result = await doTask(job, context, values, options).catch((error: unknown): JobResult => ({
      kind: 'fail',
      errorMessage: `The HTTP adapter failed: ${String(error)}`,
    }));
    return maskSecrets(result, values.usedSecrets);
  };
}

async function doTask(
  job: Job,
  { idempotencyKey, signal }: JobContext,
  values: PlaceholderValues,
  { outbound, clock }: HttpAdapterOptions,
): Promise<JobResult> {
  try {
    const task = readHttpTask(job.customHeaders);
    const request = buildRequest(task, values, idempotencyKey, signal);
    const sent = await send(task, () => outbound.send(request));
    if (sent.kind === 'fail') return sent;
    return interpretResponse(task, sent.response, new URL(request.url).host, clock.now());
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    return { kind: 'fail', errorMessage: error.message, retry: false };
  }
}

type Sent =
  | { readonly kind: 'response'; readonly response: Awaited<ReturnType<OutboundHttp['send']>> }
  | Extract<JobResult, { kind: 'fail' }>;

async function send(task: HttpTask, request: () => ReturnType<OutboundHttp['send']>): Promise<Sent> {
  try {
    return { kind: 'response', response: await request() };
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    return failureOf(task, error);
  }
}

/** Only what surely did no harm, or may be done twice, is sent again; everything else a person has to look at. */
function failureOf(task: HttpTask, error: OutboundError): Extract<JobResult, { kind: 'fail' }> {
  const errorMessage = error.message;
  switch (error.kind) {
    case 'connect-failed':
      return { kind: 'fail', errorMessage };
    case 'connection-lost':
    case 'timed-out':
    case 'aborted':
      if (task.isRepeatable || !error.mayHaveArrived) return { kind: 'fail', errorMessage };
      return {
        kind: 'fail',
        errorMessage: `${errorMessage} Nobody knows whether the ${task.method} was done; it is not sent again without retryUnsafe: true.`,
        retry: false,
      };
    case 'invalid-request':
    case 'address-refused':
    case 'too-large':
    case 'invalid-response':
      return { kind: 'fail', errorMessage, retry: false };
    default:
      return error.kind satisfies never;
  }
}
