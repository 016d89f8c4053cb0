import type { Job, JobContext, JobHandler, JobResult } from '../../jobs/job-handler.js';
import type { JobRegistration } from '../../jobs/job-registration.js';
import type { Clock } from '../../platform/clock.js';
import { OutboundError } from '../../platform/outbound-error.js';
import type { OutboundHttp, OutboundRequest, OutboundResponse } from '../../platform/outbound-http.js';
import type { Tracing, TraceSpan } from '../../platform/tracing.js';
import { type PlaceholderSettings, PlaceholderValues } from '../template/placeholder-values.js';
import { TaskError } from '../template/task-error.js';
import { buildRequest } from './build-request.js';
import { type HttpTask, longestTimeoutMs, readHttpTask } from './http-task.js';
import { interpretResponse } from './interpret-response.js';
import { maskSecrets } from './mask-secrets.js';
import { OriginGuard } from './origin-guard.js';

/** The job type of this adapter. */
export const httpJobType = 'http';

export interface HttpAdapterOptions extends PlaceholderSettings {
  readonly outbound: OutboundHttp;
  readonly clock: Clock;
  /** Default: nothing is told. */
  readonly tracing?: Tracing | undefined;
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
  const guard = new OriginGuard(options.clock);
  return async (job, context) => {
    const values = new PlaceholderValues(job, options);
    const result = await doTask(job, context, values, { ...options, guard }).catch(
      (error: unknown): JobResult => ({
        kind: 'fail',
        errorMessage: `The HTTP adapter failed: ${String(error)}`,
      }),
    );
    return maskSecrets(result, values.usedSecrets);
  };
}

async function doTask(
  job: Job,
  { idempotencyKey, signal, logger }: JobContext,
  values: PlaceholderValues,
  { outbound, clock, guard, tracing }: HttpAdapterOptions & { readonly guard: OriginGuard },
): Promise<JobResult> {
  try {
    const task = readHttpTask(job.customHeaders);
    const request = buildRequest(task, values, idempotencyKey, signal, job.traceparent);
    const origin = URL.canParse(request.url) ? new URL(request.url).origin : request.url;
    const call = await guard.enter(origin);
    if (call.kind === 'postponed') {
      const { why, backoffMs } = call;
      return { kind: 'fail', errorMessage: `Nothing was sent: ${why}`, usesRetry: false, backoffMs };
    }
    const span = beginCall(tracing, request, job.traceparent);
    const sent = await send(task, () => outbound.send(withTrace(request, job, span))).catch(
      (error: unknown) => {
        call.end('unknown');
        span?.end('failed');
        throw error;
      },
    );
    endCall(span, sent);
    const restMs = call.end(sent.says);
    if (restMs !== undefined)
      logger.warn({ origin, restMs }, 'a service fails again and again; it is left alone');
    if (sent.kind === 'failure') return sent.result;
    return interpretResponse(task, sent.response, new URL(request.url).host, clock.now());
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    return { kind: 'fail', errorMessage: error.message, retry: false };
  }
}

/** A span has the service and the method: paths and queries may hold values. */
function beginCall(
  tracing: Tracing | undefined,
  { method, url }: OutboundRequest,
  parent: string | undefined,
): TraceSpan | undefined {
  if (tracing === undefined) return undefined;
  const { hostname, port } = URL.canParse(url) ? new URL(url) : { hostname: '', port: '' };
  return tracing.begin(`${method} ${hostname}`, {
    kind: 'client',
    parent,
    attributes: {
      'http.request.method': method,
      'server.address': hostname,
      'server.port': port === '' ? undefined : Number(port),
    },
  });
}

/** What the service does is caused by the call; a model may name another cause. */
function withTrace(request: OutboundRequest, job: Job, span: TraceSpan | undefined): OutboundRequest {
  if (span === undefined || request.headers['traceparent'] !== job.traceparent) return request;
  return { ...request, headers: { ...request.headers, traceparent: span.traceparent } };
}

function endCall(span: TraceSpan | undefined, sent: Sent): void {
  if (sent.kind === 'response') span?.set({ 'http.response.status_code': sent.response.status });
  span?.end(sent.kind === 'failure' || sent.response.status >= 400 ? 'failed' : undefined);
}

/** `says`: what it tells of the service. */
type Sent =
  | { readonly kind: 'response'; readonly response: OutboundResponse; readonly says: 'answered' | 'failed' }
  | {
      readonly kind: 'failure';
      readonly result: Extract<JobResult, { kind: 'fail' }>;
      readonly says: 'answered' | 'failed' | 'unknown';
    };

/** Asked to come later, or a gateway in front of a service that does not answer (RFC 6585 §4, RFC 9110 §15.6). */
const overloadStatuses: readonly number[] = [429, 502, 503, 504];

async function send(task: HttpTask, request: () => ReturnType<OutboundHttp['send']>): Promise<Sent> {
  try {
    const response = await request();
    const says = overloadStatuses.includes(response.status) ? 'failed' : 'answered';
    return { kind: 'response', response, says };
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    return { kind: 'failure', result: failureOf(task, error), says: whatItSays(error) };
  }
}

function whatItSays({ kind }: OutboundError): 'answered' | 'failed' | 'unknown' {
  switch (kind) {
    case 'name-unknown':
    case 'connect-failed':
    case 'connection-lost':
    case 'timed-out':
      return 'failed';
    case 'too-large':
    case 'invalid-response':
      return 'answered';
    case 'aborted':
    case 'invalid-request':
    case 'address-refused':
      return 'unknown';
    default:
      return kind satisfies never;
  }
}

/** Only what surely did no harm, or may be done twice, is sent again; everything else a person has to look at. */
function failureOf(task: HttpTask, error: OutboundError): Extract<JobResult, { kind: 'fail' }> {
  const errorMessage = error.message;
  switch (error.kind) {
    case 'name-unknown':
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
