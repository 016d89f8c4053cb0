import type { OutboundRequest } from '../../platform/outbound-http.js';
import { TaskError } from '../template/task-error.js';
import { readTaskHeaders } from '../template/task-headers.js';
import { parseTemplate, type Template } from '../template/template.js';
import { type BodyFormat, bodyFormat } from './encoders.js';
import { parseResponsePath, type ResponsePath } from './response-path.js';
import { parseStatusRanges, type StatusRange } from './status-range.js';
import { type HttpTaskHeaders, taskHeaderNames } from './task-headers.js';

export type HttpMethod = OutboundRequest['method'];

/** RFC 9110 §9.2.2: doing it twice is the same as doing it once. */
const idempotentMethods: readonly HttpMethod[] = ['GET', 'HEAD', 'PUT', 'DELETE'];
const unsafeMethods: readonly HttpMethod[] = ['POST', 'PATCH'];

export const defaultTimeoutMs = 10_000;
export const longestTimeoutMs = 120_000;
export const defaultResponseBytes = 1024 * 1024;
export const mostResponseBytes = 10 * 1024 * 1024;
const defaultRetryOn = '408, 425, 429, 500, 502, 503, 504';
const defaultSuccess = '200-299';

/** What a model asks of this adapter: its task headers, understood. */
export interface HttpTask {
  readonly method: HttpMethod;
  readonly url: Template;
  readonly headers: readonly { readonly name: string; readonly value: Template }[];
  readonly body?: { readonly content: Template; readonly contentType: string; readonly format?: BodyFormat };
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
  readonly success: readonly StatusRange[];
  readonly retryOn: readonly StatusRange[];
  /** Whether the same request may be sent again although the first may have been done. */
  readonly isRepeatable: boolean;
  readonly resultVariable?: string;
  readonly results: readonly VariableFromResponse[];
  readonly errorCodes: readonly { readonly statuses: readonly StatusRange[]; readonly errorCode: string }[];
  readonly errorField?: ResponsePath;
  readonly errorCodesByField: ReadonlyMap<string, string>;
  readonly errorResults: readonly VariableFromResponse[];
}

export interface VariableFromResponse {
  readonly variable: string;
  readonly path: ResponsePath;
}

/** The task that the headers describe. @throws TaskError for the first that is wrong. */
export function readHttpTask(customHeaders: Readonly<Record<string, string>>): HttpTask {
  const headers = readTaskHeaders(taskHeaderNames, customHeaders);
  const method = readMethod(headers.plain('method'));
  const isUnsafe = unsafeMethods.includes(method);
  const retryUnsafe = readBoolean('retryUnsafe', headers.plain('retryUnsafe'));
  const retryOn = headers.plain('retryOn');
  if (isUnsafe && retryOn !== undefined && !retryUnsafe) {
    throw new TaskError(
      `Expected retryUnsafe: true beside retryOn with ${method}, which is not sent twice otherwise.`,
    );
  }
  const requestHeaders = readRequestHeaders(headers);
  return {
    method,
    url: readUrl(headers.plain('url')),
    headers: requestHeaders,
    ...readBody(headers.plain('body'), method, requestHeaders),
    timeoutMs: readInteger('timeoutMs', headers.plain('timeoutMs'), defaultTimeoutMs, longestTimeoutMs),
    maxResponseBytes: readInteger(
      'maxResponseBytes',
      headers.plain('maxResponseBytes'),
      defaultResponseBytes,
      mostResponseBytes,
    ),
    success: parseStatusRanges('successStatus', headers.plain('successStatus') ?? defaultSuccess),
    retryOn: parseStatusRanges('retryOn', retryOn ?? defaultRetryOn),
    isRepeatable: !isUnsafe || retryUnsafe,
    ...readResults(headers),
    ...readErrors(headers),
  };
}

function readMethod(text = 'GET'): HttpMethod {
  const methods = [...idempotentMethods, ...unsafeMethods];
  const method = methods.find((known) => known === text.trim().toUpperCase());
  if (method !== undefined) return method;
  throw new TaskError(
    `Expected method to be one of ${methods.join(', ')} but found ${JSON.stringify(text)}.`,
  );
}

/**
 * Scheme, host and port come from the model or from configuration, never from data: else whoever fills in a form would choose
 * which machine gets the request and its secrets.
 */
function readUrl(text: string | undefined): Template {
  if (text === undefined) throw new TaskError('Expected a task header url but found none.');
  const template = parseTemplate(text.trim(), 'the url');
  const [first, second] = template;
  const isService = first?.kind === 'placeholder' && first.source === 'services';
  const isBounded = isService
    ? second === undefined || (second.kind === 'text' && /^[/?#]/.test(second.text))
    : first?.kind === 'text' &&
      /^https?:\/\/[^/?#]+/i.test(first.text) &&
      (second === undefined || /^https?:\/\/[^/?#]+[/?#]/i.test(first.text));
  if (isBounded) return template;
  throw new TaskError(
    `Expected url to begin with http(s)://<host>/ or {{services.<name>}}/, without other placeholders in the host, but found ${JSON.stringify(text)}.`,
  );
}

/** Decided by the connection and the body; a model that sets them could smuggle a second request. */
const reservedHeaders =
  /^(host|content-length|transfer-encoding|connection|keep-alive|upgrade|te|trailer|expect|proxy-.*)$/i;

function readRequestHeaders(headers: HttpTaskHeaders): HttpTask['headers'] {
  const seen = new Set<string>();
  return headers.family('header.<name>').map(([name, text]) => {
    const where = `header.${name}`;
    if (
      !/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name) ||
      reservedHeaders.test(name) ||
      seen.has(name.toLowerCase())
    ) {
      throw new TaskError(
        `Expected ${where} to name a header that a request may set, once, but it does not.`,
      );
    }
    seen.add(name.toLowerCase());
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(text)) {
      throw new TaskError(
        `Expected ${where} to have only characters of a header (Latin-1, no line ends) but found others.`,
      );
    }
    return { name, value: parseTemplate(text, where) };
  });
}

function readBody(
  text: string | undefined,
  method: HttpMethod,
  headers: HttpTask['headers'],
): Pick<HttpTask, 'body'> {
  if (text === undefined) return {};
  if (method === 'GET' || method === 'HEAD') {
    throw new TaskError(`Expected no body with ${method} but found one.`);
  }
  const content = parseTemplate(text, 'the body');
  const given = headers.find(({ name }) => name.toLowerCase() === 'content-type')?.value;
  const contentType = given === undefined ? 'application/json' : literalOf(given);
  const format = contentType === undefined ? undefined : bodyFormat(contentType);
  if (format === undefined && content.some(({ kind }) => kind === 'placeholder')) {
    throw new TaskError(
      `Expected header.Content-Type to be JSON, XML, text/plain or application/x-www-form-urlencoded, as the body has placeholders, but found ${JSON.stringify(contentType ?? 'a placeholder')}.`,
    );
  }
  return { body: { content, contentType: contentType ?? '', ...(format === undefined ? {} : { format }) } };
}

function literalOf(template: Template): string | undefined {
  const [only, second] = template;
  return only?.kind === 'text' && second === undefined ? only.text : undefined;
}

function readResults(headers: HttpTaskHeaders): Pick<HttpTask, 'resultVariable' | 'results'> {
  const resultVariable = headers.plain('resultVariable')?.trim();
  if (resultVariable !== undefined) checkVariable('resultVariable', resultVariable);
  return {
    ...(resultVariable === undefined ? {} : { resultVariable }),
    results: variablesFrom(headers, 'result.<variable>'),
  };
}

function readErrors(
  headers: HttpTaskHeaders,
): Pick<HttpTask, 'errorCodes' | 'errorField' | 'errorCodesByField' | 'errorResults'> {
  const field = headers.plain('errorField');
  const byField = headers.family('errorCode.field.<value>');
  if ((field === undefined) !== (byField.length === 0)) {
    throw new TaskError(
      'Expected errorField and errorCode.field.<value> together but found only one of them.',
    );
  }
  const errorCodes = headers.family('errorCode.<status>').map(([status, errorCode]) => ({
    statuses: parseStatusRanges(`errorCode.${status}`, status),
    errorCode: checkErrorCode(`errorCode.${status}`, errorCode),
  }));
  return {
    // The narrower first: errorCode.404 goes before errorCode.4xx.
    errorCodes: errorCodes.sort((a, b) => widthOf(a.statuses) - widthOf(b.statuses)),
    ...(field === undefined ? {} : { errorField: parseResponsePath(field, 'errorField') }),
    errorCodesByField: new Map(
      byField.map(([value, code]) => [value, checkErrorCode(`errorCode.field.${value}`, code)]),
    ),
    errorResults: variablesFrom(headers, 'errorResult.<variable>'),
  };
}

function variablesFrom(
  headers: HttpTaskHeaders,
  family: 'result.<variable>' | 'errorResult.<variable>',
): readonly VariableFromResponse[] {
  return headers.family(family).map(([variable, path]) => {
    const header = family.replace('<variable>', variable);
    checkVariable(header, variable);
    return { variable, path: parseResponsePath(path, header) };
  });
}

function checkVariable(header: string, name: string): void {
  if (/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) return;
  throw new TaskError(
    `Expected ${header} to name a variable (letters, digits and _, a letter first) but found ${JSON.stringify(name)}.`,
  );
}

function checkErrorCode(header: string, code: string): string {
  if (code.trim() !== '') return code.trim();
  throw new TaskError(`Expected ${header} to be a BPMN error code but found nothing.`);
}

function widthOf(ranges: readonly StatusRange[]): number {
  return ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}

function readBoolean(header: string, text = 'false'): boolean {
  const value = text.trim().toLowerCase();
  if (value === 'true' || value === 'false') return value === 'true';
  throw new TaskError(`Expected ${header} to be true or false but found ${JSON.stringify(text)}.`);
}

function readInteger(header: string, text: string | undefined, otherwise: number, most: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text.trim());
  if (/^\d{1,9}$/.test(text.trim()) && value >= 1 && value <= most) return value;
  throw new TaskError(
    `Expected ${header} to be a whole number from 1 to ${most} but found ${JSON.stringify(text)}.`,
  );
}
