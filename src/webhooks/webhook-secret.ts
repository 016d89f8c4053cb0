import { createHmac, randomBytes } from 'node:crypto';

/** What begins every secret of Standard Webhooks. */
const prefix = 'whsec_';

/** Of a secret, before it is written in base64: as many as the hash has. */
const secretBytes = 32;

/** A new secret: `whsec_` and 32 random bytes in base64. */
export function newWebhookSecret(): string {
  return `${prefix}${randomBytes(secretBytes).toString('base64')}`;
}

/** What is signed. */
export interface SignedMessage {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly timestamp: number;
  readonly body: string;
}

/** The value of `webhook-signature` (Standard Webhooks, symmetric signatures): one of each secret, separated by spaces. */
export function webhookSignature({ id, timestamp, body }: SignedMessage, secrets: readonly string[]): string {
  return secrets
    .map((secret) => {
      const key = Buffer.from(secret.slice(prefix.length), 'base64');
      return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
    })
    .join(' ');
}
