import { hexOf, pooledRandomBytes } from '../../platform/random-bytes.js';

const randomBytes = pooledRandomBytes();

const pattern = /^(?!ff)[\da-f]{2}-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}$/;

/** The caller's `traceparent` if it is valid (W3C Trace Context, 3.2), else the beginning of a new, unsampled trace. */
export function traceparentOf(header: string | undefined): string {
  if (header !== undefined && pattern.test(header)) return header;
  return `00-${hexOf(randomBytes(16))}-${hexOf(randomBytes(8))}-00`;
}

/** The caller's `x-request-id` if it is short visible ASCII, else undefined. */
export function givenRequestId(header: string | undefined): string | undefined {
  return header !== undefined && /^[\x21-\x7e]{1,128}$/.test(header) ? header : undefined;
}
