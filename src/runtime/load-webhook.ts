import { notFound } from './instances.js';
import { done, type Outcome } from './outcome.js';
import { isWithinWebhooks } from './reach.js';
import type { Unit } from './unit.js';
import type { WebhookRow } from './webhook.js';

/** Locks the webhook, if the caller reaches it. */
export async function loadWebhook({ tx, context }: Unit, webhookId: string): Promise<Outcome<WebhookRow>> {
  const row = await tx.webhooks.load(context.tenantId, webhookId);
  return row && isWithinWebhooks(context.reach, row) ? done(row) : notFound('webhook', webhookId);
}
