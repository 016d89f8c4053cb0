import { notFound } from '../instances.js';
import { loadWebhook } from '../load-webhook.js';
import { done, refused } from '../outcome.js';
import type { UseCase } from '../unit.js';
import type { WebhookDeliveryRow } from '../webhook.js';
import { webhookLimits } from '../webhook-limits.js';

/**
 * Sends an event again that was delivered, or was given up: the same id and body, a delivery of its own that waits for no other.
 * `invalid-state` while it is still being tried, and while the webhook is disabled.
 */
export function redeliverWebhook(webhookId: string, deliveryId: string): UseCase<WebhookDeliveryRow> {
  return async (unit) => {
    const loaded = await loadWebhook(unit, webhookId);
    if (!loaded.ok) return loaded;
    const { tx, wakeups } = unit;
    const before = await tx.webhooks.delivery(webhookId, deliveryId);
    if (before === undefined) return notFound('delivery', deliveryId);
    if (before.state === 'pending') {
      const detail = `Expected delivery "${deliveryId}" to have ended but it is pending.`;
      return refused('invalid-state', detail);
    }
    if (loaded.value.state === 'disabled') {
      const detail = `Expected webhook "${webhookId}" to be enabled but it is disabled; enable it first.`;
      return refused('invalid-state', detail);
    }
    const most = webhookLimits.redeliveries;
    if ((await tx.webhooks.countPending(webhookId, most)) >= most) {
      const detail = `Expected fewer than ${most} deliveries to wait but there are as many; try again when some have ended.`;
      return refused('too-many-requests', detail);
    }
    const { endedAt: _endedAt, ...event } = before;
    const id = unit.newId();
    const row: WebhookDeliveryRow = {
      ...event,
      deliveryId: id,
      // Nothing waits for it, and it waits for nothing.
      lane: `redelivery ${id}`,
      state: 'pending',
      attempts: [],
      nextAttemptAt: tx.now,
      redeliveryOf: deliveryId,
      createdAt: tx.now,
    };
    tx.webhooks.insertDelivery(row);
    unit.audit.change({ state: before.state }, { redeliveryId: id, eventId: row.eventId });
    tx.webhooks.save({ ...loaded.value, revision: loaded.value.revision + 1 });
    tx.afterCommit(() => wakeups.webhooksChanged());
    return done(row);
  };
}
