import { changesNothing, type Operation, takesIdempotencyKey } from '../contract/operation.js';
import { operations } from '../contract/operations.js';
import { type ClientClock, machineClock } from './client-clock.js';
import { TimeLimitExceeded } from './errors.js';
import { type EventRequest, followEvents, type FollowOptions, type StreamedEvent } from './follow-events.js';
import type { AnswerOf, OperationId, RequestOf } from './operation-types.js';
import { httpRequestOf, type RequestParts } from './http-request.js';
import { defaultRetry, type Failure, type RetryPolicy, waitBeforeRetry } from './retry-policy.js';
import { sendOnce } from './send-once.js';
import { wait } from './wait.js';

/** Where the server is, and how it is called. */
export interface ClientOptions {
  /** Such as `https://journeys.example.com`; a path before the operations' own is kept. */
  readonly baseUrl: string;
  readonly apiKey?: string;
  /** Which tenant the calls are about, where the caller may act in more than one. Default: its own. */
  readonly tenant?: string;
  /** Default: the global one. */
  readonly fetch?: typeof fetch;
  /** How long a call may take, its repetitions included and what it asks the server to wait not. Default 30 s. */
  readonly timeLimitMs?: number;
  /** How calls are repeated; `false`: not at all. Default {@link defaultRetry}. */
  readonly retry?: Partial<RetryPolicy> | false;
  /** Default: the machine's clock. */
  readonly clock?: ClientClock;
  /** A number from 0 up to but not including 1, for the jitter of back-offs. Default `Math.random`. */
  readonly random?: () => number;
}

/** What one call does differently from the client's other calls. */
export interface CallOptions {
  /** Ends the call: it rejects with the signal's reason. What the server has begun it may still do. */
  readonly signal?: AbortSignal;
  readonly timeLimitMs?: number;
  readonly retry?: Partial<RetryPolicy> | false;
  /**
   * Names what is asked for, so that it is done once however often it is sent; within 24 hours, also by another process. Default: a
   * new one for each call. `false`: none; then only a request that the server was too busy to begin is sent again.
   */
  readonly idempotencyKey?: string | false;
  /** What the call belongs to (W3C Trace Context): sent as the header of that name. Default: none. */
  readonly traceparent?: string;
}

/**
 * Sends the request of an operation, and answers the body of its answer.
 * @throws ProblemError when the server refuses, {@link TimeLimitExceeded}, ConnectionError, UnexpectedAnswer, or the signal's reason.
 */
export type Method<Id extends OperationId> =
  Record<never, never> extends RequestOf<Id>
    ? (request?: RequestOf<Id>, options?: CallOptions) => Promise<AnswerOf<Id>>
    : (request: RequestOf<Id>, options?: CallOptions) => Promise<AnswerOf<Id>>;

/** A server's REST interface: one method per operation of the contract. */
export type Client = { readonly [Id in OperationId]: Method<Id> } & {
  /** What happens, for as long as it is asked for: see {@link followEvents}. */
  events(request?: EventRequest, call?: FollowOptions): AsyncIterableIterator<StreamedEvent>;
};

/** A client of one server. It holds nothing open that would have to be closed. @throws TypeError for a URL that is none. */
export function createClient(options: ClientOptions): Client {
  const { protocol } = new URL(options.baseUrl);
  if (protocol !== 'http:' && protocol !== 'https:') {
    throw new TypeError(`Expected baseUrl to be a URL of http or https but found ${options.baseUrl}.`);
  }
  const answered = operations.filter(({ streams }) => streams === undefined);
  const methods = answered.map((operation) => [
    operation.operationId,
    (parts: RequestParts = {}, call: CallOptions = {}) => callOperation(operation, parts, options, call),
  ]);
  // The contract's modules export each operation under its id: a test holds them to that.
  return {
    ...(Object.fromEntries(methods) as { readonly [Id in OperationId]: Method<Id> }),
    events: (request = {}, call = {}) => followEvents(options, request, call),
  };
}

async function callOperation(
  operation: Operation,
  parts: RequestParts,
  options: ClientOptions,
  call: CallOptions,
): Promise<unknown> {
  const { clock = machineClock, random = Math.random } = options;
  const policy = retryPolicyOf(options.retry, call.retry);
  const key = takesIdempotencyKey(operation) ? (call.idempotencyKey ?? crypto.randomUUID()) : false;
  const isRepeatable = key !== false || changesNothing(operation);
  const { traceparent } = call;
  const request = httpRequestOf(operation, parts, { ...options, idempotencyKey: key, traceparent });
  const limitMs = (call.timeLimitMs ?? options.timeLimitMs ?? 30_000) + waitOf(parts);
  const untilMs = clock.now() + limitMs;
  let last: Failure | undefined;
  const ending = endOf(
    call.signal,
    clock,
    untilMs,
    () => new TimeLimitExceeded(operation.operationId, limitMs, last?.error),
  );
  try {
    for (let attempt = 1; ; attempt++) {
      const result = await sendOnce(operation, request, options.fetch ?? fetch, clock, ending.signal);
      if (result.ok) return result.body;
      last = result;
      const waitMs = waitBeforeRetry(result, attempt, isRepeatable, policy, random);
      if (waitMs === undefined || clock.now() + waitMs >= untilMs) throw result.error;
      await wait(clock, waitMs, ending.signal);
      ending.signal.throwIfAborted();
    }
  } finally {
    ending.release();
  }
}

function retryPolicyOf(...given: readonly (Partial<RetryPolicy> | false | undefined)[]): RetryPolicy {
  return given.reduce<RetryPolicy>(
    (policy, more) => (more === false ? { ...policy, attemptsMax: 1 } : { ...policy, ...more }),
    defaultRetry,
  );
}

/** What the request asks the server to wait for at most. */
function waitOf({ body }: RequestParts): number {
  const isObject = typeof body === 'object' && body !== null;
  const value: unknown = isObject && 'requestTimeoutMs' in body ? body.requestTimeoutMs : undefined;
  return typeof value === 'number' && value > 0 ? value : 0;
}

/** One signal for the caller's and the time limit; by hand, because `AbortSignal.any` lets go of none on Node 20. */
function endOf(signal: AbortSignal | undefined, clock: ClientClock, untilMs: number, limit: () => Error) {
  const controller = new AbortController();
  const abort = (): void => controller.abort(signal?.reason);
  const timer = clock.setTimer(untilMs, () => controller.abort(limit()));
  signal?.addEventListener('abort', abort);
  if (signal?.aborted) abort();
  return {
    signal: controller.signal,
    release() {
      timer.cancel();
      signal?.removeEventListener('abort', abort);
    },
  };
}
