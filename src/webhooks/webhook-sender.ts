import type { Clock } from '../platform/clock.js';
import { isPlainlyRefused, type OutboundAllowList } from '../platform/outbound-allow-list.js';
import { OutboundError } from '../platform/outbound-error.js';
import type { OutboundHttp, OutboundResponse } from '../platform/outbound-http.js';
import { retryAfterMs } from '../platform/retry-after.js';
import type { WebhookAttempt, WebhookRow } from '../runtime/ports.js';
import { ownEvent } from './new-delivery.js';
import { longestRetryAfterMs } from './retry-schedule.js';
import { deliveryLimits } from './webhook-limits.js';
import { webhookSignature } from './webhook-secret.js';

export interface WebhookSenderParts {
  readonly outbound: OutboundHttp;
  /** That of `outbound`. */
  readonly allowList: OutboundAllowList;
  readonly clock: Clock;
  /** The URI that events give as their source. */
  readonly source: string;
  /** A new UUIDv7. */
  readonly newId: () => string;
}

/** Where a message goes, and how it is signed. */
export type WebhookTarget = Pick<
  WebhookRow,
  'url' | 'followsRedirects' | 'secret' | 'previousSecret' | 'previousSecretUntil'
>;

export interface WebhookMessage {
  /** The same at each attempt: receivers drop repeats by it. */
  readonly id: string;
  readonly body: string;
}

/** What became of one attempt. */
export interface WebhookAnswer {
  readonly attempt: WebhookAttempt;
  readonly isTaken: boolean;
  /** It was broken off by us, and says nothing of the receiver. */
  readonly isAborted: boolean;
  /** 410: the receiver wants nothing any more. */
  readonly isGone: boolean;
  /** Its Retry-After. */
  readonly retryAfterMs?: number;
}

/** Signs messages and sends them, each once. */
export class WebhookSender {
  constructor(private readonly parts: WebhookSenderParts) {}

  /** Why nothing would ever be sent there, as far as it can be told from the URL alone. */
  refusalOf(url: string): string | undefined {
    if (!isPlainlyRefused(new URL(url), this.parts.allowList)) return undefined;
    return `Expected a URL with a public host, or one that OUTBOUND_ALLOW lists, but found ${new URL(url).host}.`;
  }

  /** Sends an event of its own, once, whether the webhook is enabled or not. */
  ping(webhook: WebhookRow, signal?: AbortSignal): Promise<WebhookAnswer> {
    const { source, newId, clock } = this.parts;
    const id = `ping-${newId()}`;
    const body = ownEvent(webhook, 'webhook.ping', id, {}, { source, now: clock.now() });
    return this.send(webhook, { id, body }, signal);
  }

  /** Never rejects. */
  async send(target: WebhookTarget, message: WebhookMessage, signal?: AbortSignal): Promise<WebhookAnswer> {
    const { clock, outbound } = this.parts;
    const at = clock.now();
    const began = clock.elapsed();
    const attempt = (more: Pick<WebhookAttempt, 'statusCode' | 'error'>): WebhookAttempt => ({
      at,
      durationMs: Math.round(clock.elapsed() - began),
      ...more,
    });
    try {
      const response = await outbound.send({
        method: 'POST',
        url: target.url,
        headers: headersOf(target, message, at),
        body: message.body,
        timeoutMs: deliveryLimits.attemptMs,
        maxResponseBytes: deliveryLimits.answerBytes,
        redirectsMax: target.followsRedirects ? deliveryLimits.redirects : 0,
        ...(signal === undefined ? {} : { signal }),
      });
      return answerOf(response, attempt, clock.now());
    } catch (error) {
      const isAborted = error instanceof OutboundError && error.kind === 'aborted';
      const text = messageOf(error);
      return { attempt: attempt({ error: text }), isTaken: false, isAborted, isGone: false };
    }
  }
}

function headersOf(
  { secret, previousSecret, previousSecretUntil = 0 }: WebhookTarget,
  { id, body }: WebhookMessage,
  now: number,
): Readonly<Record<string, string>> {
  const timestamp = Math.floor(now / 1_000);
  const secrets = [
    secret,
    ...(previousSecret === undefined || previousSecretUntil <= now ? [] : [previousSecret]),
  ];
  return {
    // CloudEvents HTTP binding 1.0, §3.2: structured.
    'content-type': 'application/cloudevents+json; charset=utf-8',
    'user-agent': 'Throughline',
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': webhookSignature({ id, timestamp, body }, secrets),
  };
}

/** Where a name of ours leads, and whether there is one, is no matter of whoever has made the webhook. */
function messageOf(error: unknown): string {
  if (error instanceof OutboundError && (error.kind === 'address-refused' || error.kind === 'name-unknown')) {
    return 'Expected a host with a public address, or one that OUTBOUND_ALLOW lists, but found none.';
  }
  return error instanceof Error ? error.message : String(error);
}

/** Any 2xx is taken. */
function answerOf(
  { status, headers }: OutboundResponse,
  attempt: (more: Pick<WebhookAttempt, 'statusCode' | 'error'>) => WebhookAttempt,
  now: number,
): WebhookAnswer {
  const isTaken = status >= 200 && status < 300;
  const waitMs = isTaken ? undefined : retryAfterMs(headers.get('retry-after'), now, longestRetryAfterMs);
  const error = isTaken ? {} : { error: whyNot(status) };
  return {
    attempt: attempt({ statusCode: status, ...error }),
    isTaken,
    isAborted: false,
    isGone: status === 410,
    ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
  };
}

function whyNot(status: number): string {
  if (status >= 300 && status < 400) {
    return `Expected a status of 2xx but found the redirect ${status}, which was not followed.`;
  }
  return `Expected a status of 2xx but found ${status}.`;
}
