import { loadWebhook } from '../load-webhook.js';
import { done } from '../outcome.js';
import type { UseCase } from '../unit.js';
import type { WebhookRow } from '../webhook.js';

/** Signs with the new secret from now on, and for so long with the one before as well. */
export function rotateWebhookSecret(
  webhookId: string,
  { secret, overlapMs }: { readonly secret: string; readonly overlapMs: number },
): UseCase<WebhookRow> {
  return async (unit) => {
    const loaded = await loadWebhook(unit, webhookId);
    if (!loaded.ok) return loaded;
    const { tx, wakeups } = unit;
    const { previousSecret: _secret, previousSecretUntil: _until, ...before } = loaded.value;
    const previous =
      overlapMs === 0 ? {} : { previousSecret: before.secret, previousSecretUntil: tx.now + overlapMs };
    const row: WebhookRow = { ...before, ...previous, secret, revision: before.revision + 1 };
    tx.webhooks.save(row);
    unit.audit.change(undefined, { overlapMs });
    tx.afterCommit(() => wakeups.webhooksChanged());
    return done(row);
  };
}
