import { loadWebhook } from '../load-webhook.js';
import { done } from '../outcome.js';
import type { UseCase } from '../unit.js';
import { webhookState } from '../webhook-state.js';

/** Ends a webhook for good, with what waits to be delivered to it. What is under way may still arrive. */
export function deleteWebhook(webhookId: string): UseCase<null> {
  return async (unit) => {
    const loaded = await loadWebhook(unit, webhookId);
    if (!loaded.ok) return loaded;
    unit.tx.webhooks.remove(webhookId);
    unit.audit.change(webhookState(loaded.value), undefined);
    unit.tx.afterCommit(() => unit.wakeups.webhooksChanged());
    return done(null);
  };
}
