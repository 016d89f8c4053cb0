import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Request, Response } from 'express';
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

/**
 * The body, unpacked. A body over the limit is refused as soon as it is known to be, however much of it is still to come.
 */
function readBytes(req: Request, res: Response, limitBytes: number): Promise<Uint8Array> {
  const unpack = unpackingOf(req.headers['content-encoding']);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let sentLeft = sentBytesMax(req, limitBytes);
    let left = limitBytes;
    const body = unpack === undefined ? req : req.pipe(unpack);
    const stop = (refusal: () => RefusedRequest): void => {
      req.off('data', countSent);
      body.off('data', keep);
      if (unpack !== undefined) {
        req.unpipe(unpack);
        unpack.destroy();
      }
      reject(refusal());
      req.resume();
    };
    const tooLarge = (): RefusedRequest => refuseUnread(req, res, limitBytes);
    const unreadable = (): RefusedRequest =>
      refuse('malformed-request', 'Expected a body as the header fields announce it.');
    const countSent = (chunk: Buffer): void => {
      sentLeft -= chunk.length;
      if (sentLeft < 0) stop(tooLarge);
    };
    const keep = (chunk: Buffer): void => {
      left -= chunk.length;
      if (left < 0) stop(tooLarge);
      else chunks.push(chunk);
    };
    req.on('data', countSent);
    body.on('data', keep);
    body.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    unpack?.on('error', () => stop(unreadable));
    req.once('error', () => reject(unreadable()));
    req.once('aborted', () => stop(unreadable));
  });
}

/** What unpacks a body of that encoding; undefined where it is sent as it is. */
function unpackingOf(header: string | undefined): Transform | undefined {
  switch (header?.toLowerCase() ?? 'identity') {
    case 'identity':
      return undefined;
    case 'gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      throw refuse('unsupported-media-type', 'Expected the Content-Encoding gzip, deflate, br or none.');
  }
}
