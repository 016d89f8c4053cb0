import { loadWebhook } from '../load-webhook.js';
import { done } from '../outcome.js';
import type { WebhookUpdate } from '../runtime.js';
import type { UseCase } from '../unit.js';
import type { WebhookRow } from '../webhook.js';
import { webhookState } from '../webhook-state.js';

/** Changes what is given. A webhook that is enabled again goes on where it stood, and what waits is tried now. */
export function updateWebhook(webhookId: string, update: WebhookUpdate): UseCase<WebhookRow> {
  return async (unit) => {
    const loaded = await loadWebhook(unit, webhookId);
    if (!loaded.ok) return loaded;
    const { tx, wakeups } = unit;
    const { enabled, ...fields } = update;
    const changed = { ...loaded.value, ...fields, revision: loaded.value.revision + 1 };
    const row = enabled === undefined ? changed : switched(changed, enabled, tx.now);
    tx.webhooks.save(row);
    unit.audit.change(webhookState(loaded.value), webhookState(row));
    const isBack = row.state === 'enabled' && loaded.value.state === 'disabled';
    if (isBack || row.url !== loaded.value.url) tx.webhooks.retryNow(webhookId);
    tx.afterCommit(() => wakeups.webhooksChanged());
    return done(row);
  };
}

function switched(row: WebhookRow, isEnabled: boolean, now: number): WebhookRow {
  if (isEnabled) {
    const { disabledAt: _at, disabledBecause: _because, ...others } = row;
    return { ...others, state: 'enabled' };
  }
  if (row.state === 'disabled') return row;
  return { ...row, state: 'disabled', disabledAt: now, disabledBecause: 'by-request' };
}
