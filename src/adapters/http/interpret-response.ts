import type { JobResult, JsonValue, Variables } from '../../jobs/job-handler.js';
import type { OutboundResponse } from '../../platform/outbound-http.js';
import type { HttpTask, VariableFromResponse } from './http-task.js';
import { excerptOf, readContent, type ResponseContent } from './response-content.js';
import { type ResponseView, valueOf } from './response-path.js';
import { retryAfterMs } from '../../platform/retry-after.js';
import { includesStatus } from './status-range.js';

/** What a response means for the job: a result, a BPMN error of the model's, or a failure with or without another attempt. */
export function interpretResponse(
  task: HttpTask,
  response: OutboundResponse,
  host: string,
  now: number,
): JobResult {
  const content = readContent(response);
  const { status, headers } = response;
  const body = content.kind === 'json' || content.kind === 'text' ? content.value : undefined;
  const view: ResponseView = { status, headers, body };
  const isSuccess = includesStatus(task.success, status);
  const summary = summaryOf(task, response, host);
  const errorCode = codeByField(task, view) ?? (isSuccess ? undefined : codeByStatus(task, status));
  if (errorCode !== undefined) {
    const variables = errorVariables(task.errorResults, view);
    return { kind: 'error', errorCode, errorMessage: summary, variables };
  }
  if (isSuccess) return complete(task, view, content, `${task.method} ${host}`);
  if (!task.isRepeatable || !includesStatus(task.retryOn, status)) {
    return { kind: 'fail', errorMessage: summary, retry: false };
  }
  const backoffMs = retryAfterMs(headers.get('retry-after'), now);
  return { kind: 'fail', errorMessage: summary, ...(backoffMs === undefined ? {} : { backoffMs }) };
}

function summaryOf({ method, success }: HttpTask, response: OutboundResponse, host: string): string {
  const expected = success.map(({ first, last }) => (first === last ? first : `${first}-${last}`)).join(', ');
  const excerpt = excerptOf(response);
  return `Expected ${method} ${host} to answer ${expected} but it answered ${response.status}${excerpt === '' ? '.' : `: ${excerpt}`}`;
}

function codeByField({ errorField, errorCodesByField }: HttpTask, view: ResponseView): string | undefined {
  const value = errorField && valueOf(errorField, view);
  return typeof value === 'string' || typeof value === 'number'
    ? errorCodesByField.get(String(value))
    : undefined;
}

function codeByStatus({ errorCodes }: HttpTask, status: number): string | undefined {
  return errorCodes.find(({ statuses }) => includesStatus(statuses, status))?.errorCode;
}

function complete(task: HttpTask, view: ResponseView, content: ResponseContent, what: string): JobResult {
  const variables: Record<string, JsonValue> = {};
  if (task.resultVariable !== undefined) {
    if (content.kind === 'broken-json' || content.kind === 'other') return unreadable(content, what);
    variables[task.resultVariable] = view.body ?? null;
  }
  for (const { variable, path } of task.results) {
    const value = valueOf(path, view);
    if (value === undefined && !path.isOptional) {
      if (path.from === 'body') {
        if (content.kind === 'broken-json' || content.kind === 'other') return unreadable(content, what);
      }
      const errorMessage = `Expected the answer of ${what} to have ${path.text} for the variable ${variable} but it has not.`;
      return { kind: 'fail', errorMessage, retry: false };
    }
    variables[variable] = value ?? null;
  }
  return { kind: 'complete', variables };
}

function unreadable(
  content: Extract<ResponseContent, { kind: 'broken-json' | 'other' }>,
  what: string,
): JobResult {
  const found =
    content.kind === 'other'
      ? `content type ${content.mediaType}`
      : 'something that is no JSON although it says so';
  return {
    kind: 'fail',
    errorMessage: `Expected ${what} to answer JSON or text but found ${found}.`,
    retry: false,
  };
}

/** What an error lacks is null: the error itself matters more than what it says. */
function errorVariables(mappings: readonly VariableFromResponse[], view: ResponseView): Variables {
  return Object.fromEntries(mappings.map(({ variable, path }) => [variable, valueOf(path, view) ?? null]));
}
