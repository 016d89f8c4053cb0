import { done, refused } from '../outcome.js';
import type { CreateWebhookInput } from '../runtime.js';
import type { UseCase } from '../unit.js';
import type { WebhookRow } from '../webhook.js';
import { webhookLimits } from '../webhook-limits.js';
import { webhookState } from '../webhook-state.js';

/** Makes a webhook, which tells what happens behind the position, never more than its creator reaches now. */
export function createWebhook(input: CreateWebhookInput): UseCase<WebhookRow> {
  return async (unit) => {
    const { tx, context, wakeups } = unit;
    const { tenantId, actor, reach } = context;
    await tx.webhooks.lock(tenantId);
    if ((await tx.webhooks.count(tenantId, webhookLimits.perTenant)) >= webhookLimits.perTenant) {
      const detail = `Expected fewer than ${webhookLimits.perTenant} webhooks but there are as many: delete those that are not used.`;
      return refused('limit-exceeded', detail);
    }
    const row: WebhookRow = {
      ...input,
      webhookId: unit.newId(),
      tenantId,
      ...(reach === undefined ? {} : { reach }),
      createdAt: tx.now,
      createdBy: actor,
      state: 'enabled',
      revision: 1,
    };
    tx.webhooks.insert(row);
    unit.audit.about({ webhookId: row.webhookId });
    unit.audit.change(undefined, webhookState(row));
    tx.afterCommit(() => wakeups.webhooksChanged());
    return done(row);
  };
}
