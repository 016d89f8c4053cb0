import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { codeOf, OutboundError, reasonOf, tooLarge } from './outbound-error.js';

const decoders: ReadonlyMap<string, (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>> =
  new Map([
    ['gzip', promisify(gunzip)],
    ['x-gzip', promisify(gunzip)],
    ['deflate', promisify(inflate)],
    ['br', promisify(brotliDecompress)],
  ]);

/** The body without its content coding (RFC 9110 §8.4). @throws OutboundError when it would be larger than the limit. */
export async function decompressed(
  body: Buffer,
  headers: ReadonlyMap<string, string>,
  limit: number,
  host: string,
): Promise<Uint8Array> {
  const coding = headers.get('content-encoding')?.trim().toLowerCase() ?? 'identity';
  if (coding === 'identity' || coding === '' || body.length === 0) return body;
  const decode = decoders.get(coding);
  if (decode === undefined) {
    const message = `Expected a body of ${host} in gzip, deflate or br but found ${JSON.stringify(coding)}.`;
    throw new OutboundError('invalid-response', message, true);
  }
  try {
    return await decode(body, { maxOutputLength: limit });
  } catch (error) {
    if (codeOf(error) === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(host, limit);
    const message = `Expected a body of ${host} in ${coding} but found ${reasonOf(error)}.`;
    throw new OutboundError('invalid-response', message, true);
  }
}
