import type { z } from 'zod';
import type { webhook, webhookDelivery } from '../../contract/webhooks.js';
import type { WebhookAttempt, WebhookDeliveryRow, WebhookFilter, WebhookRow } from '../../runtime/ports.js';
import { optionalTimeText, timeText } from './time-text.js';

/** A webhook as the contract shows it: without its secrets. */
export function webhookView(row: WebhookRow): z.input<typeof webhook> {
  return {
    webhookId: row.webhookId,
    name: row.name,
    url: row.url,
    filter: filterView(row.filter),
    followsRedirects: row.followsRedirects,
    state: row.state,
    disabledAt: optionalTimeText(row.disabledAt),
    disabledBecause: row.disabledBecause,
    createdAt: timeText(row.createdAt),
    createdBy: row.createdBy,
    previousSecretUntil: optionalTimeText(row.previousSecretUntil),
    lastSuccessAt: optionalTimeText(row.lastSuccessAt),
    lastFailureAt: optionalTimeText(row.lastFailureAt),
  };
}

function filterView(filter: WebhookFilter): z.input<typeof webhook>['filter'] {
  const kinds = Object.entries(filter) as readonly (readonly [string, readonly string[]])[];
  return Object.fromEntries(kinds.map(([kind, values]) => [kind, [...values]]));
}

/** A delivery as the contract shows it. */
export function webhookDeliveryView(row: WebhookDeliveryRow): z.input<typeof webhookDelivery> {
  return {
    deliveryId: row.deliveryId,
    eventId: row.eventId,
    eventType: row.eventType,
    processInstanceId: row.processInstanceId,
    state: row.state,
    attempts: row.attempts.map(attemptView),
    nextAttemptAt: optionalTimeText(row.nextAttemptAt),
    redeliveryOf: row.redeliveryOf,
    createdAt: timeText(row.createdAt),
    endedAt: optionalTimeText(row.endedAt),
  };
}

export function attemptView({ at, ...others }: WebhookAttempt) {
  return { at: timeText(at), ...others };
}
