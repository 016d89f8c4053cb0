import { noContent, type Operation } from '../contract/operation.js';
import type { ProblemBody } from '../contract/problem.js';
import type { ClientClock } from './client-clock.js';
import { ConnectionError, ProblemError, UnexpectedAnswer } from './errors.js';
import type { HttpRequest } from './http-request.js';
import { type Failure, readRetryAfter } from './retry-policy.js';

type Result = { readonly ok: true; readonly body: unknown } | ({ readonly ok: false } & Failure);

/** Sends a request and reads the whole answer. @throws the signal's reason when it is aborted meanwhile. */
export async function sendOnce(
  { operationId, produces, responses }: Operation,
  { url, ...request }: HttpRequest,
  send: typeof fetch,
  clock: ClientClock,
  signal: AbortSignal,
): Promise<Result> {
  let response: Response;
  let text: string;
  try {
    signal.throwIfAborted();
    // A redirect would turn a POST into a GET.
    response = await send(url, { ...request, redirect: 'manual', signal });
    text = await response.text();
  } catch (error) {
    signal.throwIfAborted();
    return { ok: false, error: new ConnectionError(operationId, error), retryAfterMs: undefined };
  }
  const { ok, status, headers } = response;
  if (ok && text === '' && responses[status] === noContent) return { ok: true, body: undefined };
  if (ok && produces !== undefined) return { ok: true, body: text };
  const body = readJson(text);
  if (ok && body !== undefined) return { ok: true, body };
  return {
    ok: false,
    error: refusalOf(operationId, response, text),
    retryAfterMs: readRetryAfter(headers.get('retry-after'), clock.now()),
  };
}

/** The error that an answer with that text stands for. */
export function refusalOf(
  operationId: string,
  { status, headers }: Response,
  text: string,
): ProblemError | UnexpectedAnswer {
  const body = readJson(text);
  if (!isProblem(body)) return new UnexpectedAnswer(operationId, status, text);
  return new ProblemError(operationId, body, headers.get('x-request-id') ?? undefined);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Not by the schema: a later server may know codes that this client does not. */
function isProblem(body: unknown): body is ProblemBody {
  if (typeof body !== 'object' || body === null) return false;
  const { status, code, detail } = body as Partial<Record<keyof ProblemBody, unknown>>;
  return typeof status === 'number' && typeof code === 'string' && typeof detail === 'string';
}
