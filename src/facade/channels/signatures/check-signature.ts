import type { IncomingHttpHeaders } from 'node:http';
import type { ChannelSigning } from '../../../platform/channels/channel.js';
import { formFields } from '../form-fields.js';
import { refuse } from '../../respond/refusal.js';
import { isSignedByTelnyx } from './telnyx-signature.js';
import { isSignedByTwilio } from './twilio-signature.js';
import { isSignedWebhook } from './standard-webhook-signature.js';

/** A post as the provider sent it. */
export interface SignedPost {
  /** As the provider knows it, with the query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

/** How old a signed post may be, or how far ahead its clock, where the signature has a time. */
export const replayWindowMs = 5 * 60_000;

/**
 * Refuses with `forbidden` what the channel's provider has not signed. It says no more: whoever tries signatures learns
 * nothing. `now` in milliseconds since the epoch.
 */
export function checkSignature(signing: ChannelSigning, post: SignedPost, now: number): void {
  if (isSigned(signing, post, now)) return;
  throw refuse('forbidden', "Expected the post to be signed by the channel's provider, and recently.");
}

function isSigned(signing: ChannelSigning, { url, headers, body }: SignedPost, now: number): boolean {
  switch (signing.scheme) {
    case 'none':
      return true;
    case 'twilio': {
      const fields = formFields(Buffer.from(body).toString('utf8'));
      return isSignedByTwilio(signing.token, url, fields, one(headers['x-twilio-signature']));
    }
    case 'telnyx': {
      const timestamp = one(headers['telnyx-timestamp']);
      if (!isRecent(timestamp, now)) return false;
      return isSignedByTelnyx(signing.publicKey, timestamp, body, one(headers['telnyx-signature-ed25519']));
    }
    case 'standard-webhooks': {
      const id = one(headers['webhook-id']);
      const timestamp = one(headers['webhook-timestamp']);
      const signatures = one(headers['webhook-signature']);
      if (id === undefined || signatures === undefined || !isRecent(timestamp, now)) return false;
      return isSignedWebhook(signing.secret, { id, timestamp, signatures }, body);
    }
    default:
      return signing satisfies never;
  }
}

/** Seconds since the epoch, within the window. */
function isRecent(timestamp: string | undefined, now: number): timestamp is string {
  if (timestamp === undefined || !/^\d{1,12}$/.test(timestamp)) return false;
  return Math.abs(now - Number(timestamp) * 1_000) <= replayWindowMs;
}

function one(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}
