import { createPublicKey, verify } from 'node:crypto';

/** What stands before the 32 bytes of an Ed25519 key in DER (RFC 8410, 4). */
const derPrefix = Buffer.from('302a300506032b6570032100', 'hex');

/** Whether `telnyx-signature-ed25519` is that of `timestamp|body` with the account's key (Telnyx, "Webhook signing"). */
export function isSignedByTelnyx(
  publicKey: Uint8Array,
  timestamp: string,
  body: Uint8Array,
  signature: string | undefined,
): boolean {
  if (signature === undefined) return false;
  const key = createPublicKey({ key: Buffer.concat([derPrefix, publicKey]), format: 'der', type: 'spki' });
  const signed = Buffer.concat([Buffer.from(`${timestamp}|`), body]);
  return verify(null, signed, key, Buffer.from(signature, 'base64'));
}
