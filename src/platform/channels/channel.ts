/** A way in for people: a telephone number, a mail box, or a number for texts, of which a provider tells by web hooks. */
export interface Channel {
  readonly id: string;
  readonly kind: ChannelKind;
  readonly signing: ChannelSigning;
  /** Under which the provider reaches this server, without a slash at the end; undefined: as the request says. */
  readonly publicUrl?: string;
  /** BCP 47: what is spoken where the model says nothing. */
  readonly language: string;
  /**
   * The variables of a process instance that may hold the person's number (mail: address), besides the business key; or paths into
   * them, such as `customer.phone`.
   */
  readonly callerVariables: readonly string[];
  /** What business keys look like that people type or write, such as `A-{digits}`. */
  readonly caseNumbers: readonly string[];
  /** The message that a mail or text of a known journey becomes, unless it is a choice. */
  readonly replyMessage: string;
  /** The message that a mail or text becomes of which nobody knows the journey. */
  readonly unassignedMessage: string;
  /** How long those two are kept for whoever takes them. */
  readonly keepForMs: number;
}

export const channelKinds = ['ivr', 'mail', 'sms'] as const;
export type ChannelKind = (typeof channelKinds)[number];

/** How the provider proves that a post is its own. */
export type ChannelSigning =
  /** Not at all: on a development machine only. */
  | { readonly scheme: 'none' }
  /** `X-Twilio-Signature`: HMAC-SHA1 of the address and the form with the account's token. */
  | { readonly scheme: 'twilio'; readonly token: string }
  /** `telnyx-signature-ed25519` over time and body; the account's public key, 32 bytes. */
  | { readonly scheme: 'telnyx'; readonly publicKey: Uint8Array }
  /** `webhook-signature`: HMAC-SHA256 over id, time and body (Standard Webhooks). */
  | { readonly scheme: 'standard-webhooks'; readonly secret: Uint8Array };

/** The paths into variables by which the channels know people: what searches have to find. */
export function callerPaths(channels: readonly Channel[]): readonly string[] {
  const names = channels.flatMap(({ callerVariables }) => callerVariables);
  return [...new Set(names.filter((name) => name.includes('.')))];
}

/** The place in a case number where its digits stand. */
export const digitsPlace = '{digits}';
