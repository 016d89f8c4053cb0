import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.js';

/** What makes two requests the same for an `Idempotency-Key`. */
export interface FingerprintedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: unknown;
  /** As the caller sent it, parsed: white space and the order of properties do not matter. */
  readonly body: unknown;
}

/** SHA-256 of what a request asks, hexadecimal. */
export function fingerprint({ method, path, query, body }: FingerprintedRequest): string {
  return createHash('sha256')
    .update(canonicalJson([method, path, query, body]))
    .digest('hex');
}
