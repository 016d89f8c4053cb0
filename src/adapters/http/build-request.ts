import type { OutboundRequest } from '../../platform/outbound-http.js';
import type { PlaceholderValues } from '../template/placeholder-values.js';
import { TaskError } from '../template/task-error.js';
import { renderTemplate } from '../template/template.js';
import { bodyEncoder, headerEncoder, urlEncoder } from './encoders.js';
import type { HttpTask } from './http-task.js';

/** The request of one job. @throws TaskError when a value is missing or does not fit its place. */
export function buildRequest(
  task: HttpTask,
  values: PlaceholderValues,
  idempotencyKey: string,
  signal: AbortSignal,
  traceparent?: string,
): OutboundRequest {
  const { method, timeoutMs, maxResponseBytes, isRepeatable } = task;
  const body = renderBody(task, values);
  return {
    method,
    url: renderUrl(task, values),
    headers: renderHeaders(task, values, idempotencyKey, traceparent),
    ...(body === undefined ? {} : { body }),
    timeoutMs,
    maxResponseBytes,
    signal,
    onNewConnection: !isRepeatable,
  };
}

function renderUrl({ url }: HttpTask, values: PlaceholderValues): string {
  const rendered = renderTemplate(url, urlEncoder(values));
  const path = rendered.replace(/^[a-z]+:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '');
  // A URL's parser takes such a segment away together with the one before it (WHATWG URL §4.4).
  if (path.split(/[/\\]/).some((segment) => /^(\.|%2e){1,2}$/i.test(segment))) {
    throw new TaskError('Expected no segment . or .. in the path of the url but found one.');
  }
  return rendered;
}

function renderHeaders(
  { method, headers, body }: HttpTask,
  values: PlaceholderValues,
  idempotencyKey: string,
  traceparent: string | undefined,
): Readonly<Record<string, string>> {
  const rendered = new Map([
    ['accept', 'application/json'],
    ['user-agent', 'throughline'],
  ]);
  if (traceparent !== undefined) rendered.set('traceparent', traceparent);
  if (body !== undefined && body.contentType !== '') rendered.set('content-type', body.contentType);
  if (method === 'POST' || method === 'PATCH') rendered.set('idempotency-key', idempotencyKey);
  for (const { name, value } of headers) {
    rendered.set(name.toLowerCase(), renderTemplate(value, headerEncoder(values, `header.${name}`)));
  }
  return Object.fromEntries(rendered);
}

function renderBody({ body }: HttpTask, values: PlaceholderValues): string | undefined {
  if (body === undefined) return undefined;
  const { content, format = 'text' } = body;
  const rendered = renderTemplate(content, bodyEncoder(format, values));
  if (format === 'json') checkJson(rendered);
  return rendered;
}

function checkJson(text: string): void {
  try {
    JSON.parse(text);
  } catch {
    // What the parser says would show parts of the body.
    throw new TaskError('Expected the body to be JSON when its values are filled in but it is not.');
  }
}
