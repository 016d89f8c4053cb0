import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** `tl_`, 20 hexadecimal digits that find the key, `_`, and 256 random bits in base64url. */
const pattern = /^(tl_[0-9a-f]{20})_[A-Za-z0-9_-]{43}$/;

/** A new API key: the whole, which is shown once, and what of it is kept. */
export interface NewApiKey {
  readonly token: string;
  readonly apiKeyId: string;
  readonly digest: string;
}

export function newApiKey(): NewApiKey {
  const apiKeyId = `tl_${randomBytes(10).toString('hex')}`;
  const token = `${apiKeyId}_${randomBytes(32).toString('base64url')}`;
  return { token, apiKeyId, digest: digestOf(token) };
}

/** The id of the key that a token claims to be; undefined for what has not the form of one. */
export function apiKeyIdOf(token: string): string | undefined {
  return pattern.exec(token)?.[1];
}

/**
 * SHA-256, hexadecimal. A slow hash such as bcrypt protects what people choose, of which there are few; of 256 random bits nobody tries
 * a part, and each request would pay for it.
 */
export function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Compares in a time that tells nothing. */
export function isSameDigest(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
