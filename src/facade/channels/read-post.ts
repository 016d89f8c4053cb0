import express, { type Request, type Response } from 'express';
import { acceptedMediaType } from '../request/media-type.js';
import { refuse, type RefusedRequest } from '../respond/refusal.js';

/** A body as it came: a signature is about these bytes. */
export interface Post {
  readonly type: string;
  readonly contentType: string;
  readonly body: Uint8Array;
}

/**
 * Reads a post of one of the media types. Throws `unsupported-media-type` for others and for a Content-Encoding, and
 * `payload-too-large` beyond `limitBytes`.
 */
export async function readPost(
  req: Request,
  res: Response,
  types: readonly string[],
  limitBytes: number,
): Promise<Post> {
  const contentType = req.headers['content-type'] ?? '';
  const type = acceptedMediaType(contentType, types);
  return { type, contentType, body: await readBytes(req, res, limitBytes) };
}

function readBytes(req: Request, res: Response, limitBytes: number): Promise<Uint8Array> {
  const read = express.raw({ type: () => true, limit: limitBytes, inflate: false });
  return new Promise((resolve, reject) => {
    read(req, res, (error: unknown) => {
      if (error !== undefined && error !== null) reject(refusalOf(error, limitBytes));
      else resolve(req.body instanceof Uint8Array ? req.body : new Uint8Array());
    });
  });
}

/** body-parser says by `type` what went wrong. */
function refusalOf(error: unknown, limitBytes: number): RefusedRequest {
  const type = error instanceof Error && 'type' in error ? error.type : undefined;
  if (type === 'entity.too.large') {
    return refuse('payload-too-large', `Expected a body of at most ${limitBytes} bytes.`);
  }
  if (type === 'encoding.unsupported') {
    return refuse('unsupported-media-type', 'Expected a body without Content-Encoding.');
  }
  return refuse('malformed-request', 'Expected a body as the header fields announce it.');
}
