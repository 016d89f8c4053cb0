import type { Response } from 'express';
import { problemCodes, problemType } from '../../contract/problem-codes.js';
import type { ProblemBody } from '../../contract/problem.js';
import type { Refusal } from './refusal.js';

/** The media type of problems (RFC 9457, 3). */
export const problemMediaType = 'application/problem+json';

/** How long a caller waits before it tries again what cannot be done now. */
export const retryAfterSeconds = 1;

const longestInstance = 2_048;

/** Writes a complete answer. JSON has no charset parameter (RFC 8259, 11), and some clients take no other type. */
export function send(res: Response, status: number, mediaType: string, text: string): void {
  res.statusCode = status;
  res.setHeader('Content-Type', mediaType);
  const bytes = Buffer.from(text);
  res.setHeader('Content-Length', bytes.length);
  res.end(bytes);
}

/** Writes a problem (RFC 9457), with further header fields. */
export function sendRefusal(
  res: Response,
  body: ProblemBody,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (body.status === 503 || body.status === 429) res.setHeader('Retry-After', String(retryAfterSeconds));
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  send(res, body.status, problemMediaType, JSON.stringify(body));
}

/** The body of a problem. `path` is the path of the request. */
export function problemBody(path: string, { code, detail, errors, diagnostics }: Refusal): ProblemBody {
  const { status, title } = problemCodes[code];
  return {
    type: problemType(code),
    title,
    status,
    detail,
    instance: path.slice(0, longestInstance),
    code,
    ...(errors === undefined ? {} : { errors: [...errors] }),
    ...(diagnostics === undefined ? {} : { diagnostics: [...diagnostics] }),
  };
}
