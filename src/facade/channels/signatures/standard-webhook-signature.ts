import { createHmac } from 'node:crypto';
import { isSame } from './is-same.js';

/** What the three header fields of a signed web hook say (Standard Webhooks). */
export interface SignedWebhook {
  readonly id: string;
  readonly timestamp: string;
  /** `v1,<base64>`, several separated by spaces while a secret is being changed. */
  readonly signatures: string;
}

const signaturesMax = 10;

/** Whether one of the signatures is HMAC-SHA256 of `id.timestamp.body` (Standard Webhooks, "Symmetric"). */
export function isSignedWebhook(secret: Uint8Array, webhook: SignedWebhook, body: Uint8Array): boolean {
  const { id, timestamp, signatures } = webhook;
  const expected = createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(body).digest('base64');
  return signatures
    .split(' ')
    .slice(0, signaturesMax)
    .map((signature) => isSame(signature, `v1,${expected}`))
    .includes(true);
}
