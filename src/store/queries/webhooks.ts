import type { WebhookDeliveryRow, WebhookRow } from '../../runtime/ports.js';
import { webhookDeliveryTable, webhookTable } from '../webhooks.js';
import type { Search } from './search.js';
import { searchFields } from './search-fields.js';

export const webhookSearch: Search<WebhookRow> = {
  table: webhookTable.name,
  columns: webhookTable.columns,
  decode: webhookTable.decode,
  // Who is narrowed to processes sees the webhooks of its own.
  within: ({ bpmnProcessIds, user = '' }) =>
    bpmnProcessIds === undefined ? [] : [{ sql: 'webhook.created_by = ?', parameters: [user] }],
  idField: 'webhookId',
  fields: searchFields(webhookTable, ['webhookId', 'url', 'state', 'createdAt'], ['name', 'disabledBecause']),
};

export const webhookDeliverySearch: Search<WebhookDeliveryRow> = {
  table: webhookDeliveryTable.name,
  columns: webhookDeliveryTable.columns,
  decode: webhookDeliveryTable.decode,
  // Whoever reaches the webhook reaches what was delivered to it.
  within: () => [],
  idField: 'deliveryId',
  fields: searchFields(webhookDeliveryTable, ['deliveryId', 'webhookId', 'eventId', 'eventType', 'state']),
};
