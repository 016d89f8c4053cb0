import { EVENT_SCHEMA_VERSION } from '../engine/event.js';
import type { Transaction } from './ports.js';
import type { WebhookRow } from './webhook.js';

/** Delivers nothing more to it, and tells so with an event; nothing where it is disabled already. */
export async function disableWebhook(
  tx: Transaction,
  { webhookId, tenantId }: Pick<WebhookRow, 'webhookId' | 'tenantId'>,
  because: 'failing' | 'gone',
): Promise<void> {
  if (!(await tx.webhooks.disable(webhookId, because))) return;
  tx.journal.append({
    tenantId,
    processInstanceId: '',
    processDefinitionId: '',
    at: tx.now,
    actor: 'webhooks',
    command: 'disableWebhook',
    eventVersion: EVENT_SCHEMA_VERSION,
    events: [{ type: 'webhookDisabled', webhookId, because }],
  });
}
