import express, { type Request, type RequestHandler, type Response } from 'express';
import { refuse, type RefusedRequest } from '../respond/refusal.js';
import { decodeUtf8 } from '../../platform/decode-utf8.js';
import { decodeXml } from '../../platform/decode-xml.js';
import { acceptedMediaType, mediaTypeOf } from './media-type.js';
import { refuseUnread, sentBytesMax } from './refuse-unread.js';
import { parseJson } from './parse-json.js';
import { readMultipart } from './read-multipart.js';

/** The name of a model that came without one. */
const unnamedResource = 'model.bpmn';

/**
 * Reads the body of a request: JSON, or one of the media types of `uploads`. A body that is absent or empty is `{}`.
 * Throws a refusal for a wrong type, an empty file, a body over `limitBytes` (unpacked too), and what cannot be read.
 */
export async function readBody(
  req: Request,
  res: Response,
  uploads: readonly string[],
  limitBytes: number,
): Promise<unknown> {
  if (isBodiless(req)) {
    if (isFile(req.headers['content-type'], uploads)) throw emptyFile();
    return {};
  }
  if (Number(req.headers['content-length'] ?? 0) > sentBytesMax(req, limitBytes))
    throw refuseUnread(req, res, limitBytes);
  const type = acceptedMediaType(req.headers['content-type'], ['application/json', ...uploads]);
  if (type === 'multipart/form-data') return readMultipart(req, limitBytes);

  const bytes = await readBytes(req, res, limitBytes);
  if (type === 'application/json') {
    if (bytes.length === 0) return {};
    const text = decodeUtf8(bytes);
    if (text === undefined) throw refuse('malformed-json', 'Expected JSON in UTF-8 but found other bytes.');
    return parseJson(text);
  }
  if (bytes.length === 0) throw emptyFile();
  const content = decodeXml(bytes);
  if (content === undefined) {
    const detail = 'Expected XML in the encoding that it declares, UTF-8 by default, but found other bytes.';
    throw refuse('malformed-request', detail);
  }
  return { resources: [{ name: unnamedResource, content }] };
}

function isFile(header: string | undefined, uploads: readonly string[]): boolean {
  const type = mediaTypeOf(header)?.type;
  return type !== undefined && type !== 'multipart/form-data' && uploads.includes(type);
}

function emptyFile(): RefusedRequest {
  return refuse('malformed-request', 'Expected a model in XML as the body but found an empty body.');
}

/** RFC 9112, 6.3: a request without Content-Length and Transfer-Encoding has no body. */
function isBodiless(req: Request): boolean {
  return req.headers['transfer-encoding'] === undefined && /^0*$/.test(req.headers['content-length'] ?? '');
}

/** By limit: there is one, or few. */
const readers = new Map<number, RequestHandler>();

function readerOf(limitBytes: number): RequestHandler {
  const known = readers.get(limitBytes);
  if (known !== undefined) return known;
  const reader = express.raw({ type: () => true, limit: limitBytes });
  readers.set(limitBytes, reader);
  return reader;
}

function readBytes(req: Request, res: Response, limitBytes: number): Promise<Uint8Array> {
  const read = readerOf(limitBytes);
  return new Promise((resolve, reject) => {
    let left = sentBytesMax(req, limitBytes);
    const count = (chunk: Buffer): void => {
      left -= chunk.length;
      if (left >= 0) return;
      req.off('data', count);
      reject(refuseUnread(req, res, limitBytes));
    };
    void read(req, res, (error: unknown) => {
      if (error !== undefined && error !== null) reject(refusalOfReading(error, limitBytes));
      else resolve(req.body instanceof Uint8Array ? req.body : new Uint8Array());
    });
    // The reader would answer when it has come to the end.
    req.on('data', count);
  });
}

/** body-parser says by `type` what went wrong. */
function refusalOfReading(error: unknown, limitBytes: number): RefusedRequest {
  const type = error instanceof Error && 'type' in error ? error.type : undefined;
  if (type === 'entity.too.large') {
    return refuse('payload-too-large', `Expected a body of at most ${limitBytes} bytes.`);
  }
  if (type === 'encoding.unsupported') {
    return refuse('unsupported-media-type', 'Expected the Content-Encoding gzip, deflate, br or none.');
  }
  return refuse('malformed-request', 'Expected a body as the header fields announce it.');
}
