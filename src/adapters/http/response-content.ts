import type { JsonValue } from '../../jobs/job-handler.js';
import type { OutboundResponse } from '../../platform/outbound-http.js';
import { isJson } from './encoders.js';

/** A body, read by what its media type says it is. */
export type ResponseContent =
  | { readonly kind: 'none' }
  | { readonly kind: 'json'; readonly value: JsonValue }
  | { readonly kind: 'text'; readonly value: string }
  /** It says that it is JSON, and is not. */
  | { readonly kind: 'broken-json' }
  | { readonly kind: 'other'; readonly mediaType: string };

const longestExcerpt = 200;

/** JSON is parsed only where the service says that it is JSON. */
export function readContent({ headers, body }: OutboundResponse): ResponseContent {
  if (body.length === 0) return { kind: 'none' };
  const mediaType = mediaTypeOf(headers);
  if (mediaType.startsWith('text/')) return { kind: 'text', value: textOf(body) };
  if (!isJson(mediaType)) return { kind: 'other', mediaType: mediaType === '' ? 'none' : mediaType };
  try {
    return { kind: 'json', value: parseJson(textOf(body)) };
  } catch {
    return { kind: 'broken-json' };
  }
}

/** At most 200 characters of a body that is text, in one line. */
export function excerptOf(response: OutboundResponse): string {
  const mediaType = mediaTypeOf(response.headers);
  if (!mediaType.startsWith('text/') && !isJson(mediaType)) return '';
  const line = textOf(response.body.subarray(0, 4 * longestExcerpt))
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  return line.length <= longestExcerpt ? line : `${line.slice(0, longestExcerpt - 1)}…`;
}

function parseJson(text: string): JsonValue {
  return JSON.parse(text) as JsonValue;
}

function mediaTypeOf(headers: ReadonlyMap<string, string>): string {
  return headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
}

/** JSON is UTF-8 (RFC 8259 §8.1); of text we assume it. What is no UTF-8 becomes U+FFFD. */
function textOf(body: Uint8Array): string {
  return new TextDecoder().decode(body);
}
