import { createWebhook } from '../../src/contract/webhooks.js';
import { call } from '../support/contract-client.js';
import type { TestServer } from '../support/server.js';
import { webhookDeliveryRow } from '../store/rows.js';

/** A webhook of the default tenant, and something that was delivered to it. */
export async function webhookWithDelivery(
  server: TestServer,
): Promise<{ readonly webhookId: string; readonly deliveryId: string }> {
  const body = { url: 'https://receiver.example/' };
  const { webhookId } = await call(server, createWebhook, 201, { body });
  // As ids of this server are.
  const deliveryId = webhookId.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'));
  const { nextAttemptAt: _never, ...row } = webhookDeliveryRow({
    ...{ webhookId, deliveryId, tenantId: 'default' },
    state: 'delivered',
    endedAt: server.clock.now(),
  });
  await server.store.transact(async (tx) => tx.webhooks.insertDelivery(row));
  return { webhookId, deliveryId };
}
