import type { ServedWebhook, WebhookDeliveryRow, WebhookRow, WebhookStore } from '../runtime/ports.js';
import { perDialect } from './dialect.js';
import { type Session, writeRow } from './session.js';
import { integerOf, type SqlRow, textOf, toSqlValue } from './sql-value.js';
import { isOfTenant, statement, tenantStatement } from './statement.js';
import { defineTable } from './table.js';

export const webhookTable = defineTable<WebhookRow>('webhook', {
  webhookId: 'key',
  tenantId: 'key',
  name: 'text',
  url: 'text',
  filter: 'json',
  reach: 'json',
  followsRedirects: 'boolean',
  createdAt: 'integer',
  createdBy: 'text',
  state: 'key',
  disabledAt: 'integer',
  disabledBecause: 'key',
  secret: 'text',
  previousSecret: 'text',
  previousSecretUntil: 'integer',
  position: 'text',
  lastSuccessAt: 'integer',
  lastFailureAt: 'integer',
  revision: 'integer',
});

export const webhookDeliveryTable = defineTable<WebhookDeliveryRow>('webhook_delivery', {
  deliveryId: 'key',
  webhookId: 'key',
  tenantId: 'key',
  eventId: 'key',
  eventType: 'key',
  processInstanceId: 'key',
  lane: 'key',
  sequence: 'integer',
  place: 'integer',
  body: 'text',
  state: 'key',
  attempts: 'json',
  nextAttemptAt: 'integer',
  redeliveryOf: 'key',
  createdAt: 'integer',
  endedAt: 'integer',
});

/** One webhook, by tenant and id, as committed. */
export const findWebhook = tenantStatement(
  `SELECT ${webhookTable.columns} FROM webhook WHERE webhook_id = $2 AND ${isOfTenant('$1')}`,
);
/** Of every tenant: what waits to be delivered to a webhook, in order. */
export const pendingOfWebhook = statement(
  `SELECT ${webhookDeliveryTable.columns} FROM webhook_delivery
   WHERE webhook_id = $1 AND state = 'pending' ORDER BY sequence, place`,
);
/** Of every tenant. */
export const servedBy = statement(
  `SELECT webhook_id, tenant_id, revision FROM webhook WHERE state = 'enabled' AND claimed_by = $1 ORDER BY webhook_id`,
);

export function servedWebhookOf([webhookId, tenantId, revision]: SqlRow): ServedWebhook {
  return { webhookId: textOf(webhookId), tenantId: textOf(tenantId), revision: integerOf(revision) };
}

const count = tenantStatement(
  `SELECT count(*) FROM (SELECT 1 FROM webhook WHERE tenant_id = $1 LIMIT $2) AS counted`,
);
const load = perDialect(({ forUpdate }) =>
  tenantStatement(
    `SELECT ${webhookTable.columns} FROM webhook WHERE webhook_id = $2 AND ${isOfTenant('$1')} ${forUpdate}`,
  ),
);
const save = webhookTable.update(
  [
    ...(['name', 'url', 'filter', 'followsRedirects', 'state', 'disabledAt', 'disabledBecause'] as const),
    ...(['secret', 'previousSecret', 'previousSecretUntil', 'revision'] as const),
  ],
  ['webhookId'],
);
const remove = statement(`DELETE FROM webhook WHERE webhook_id = $1`);
const removePending = statement(`DELETE FROM webhook_delivery WHERE webhook_id = $1 AND state = 'pending'`);
const retryNow = statement(
  `UPDATE webhook_delivery SET next_attempt_at = $2 WHERE webhook_id = $1 AND state = 'pending'`,
);
const countPending = statement(
  `SELECT count(*) FROM (
     SELECT 1 FROM webhook_delivery WHERE webhook_id = $1 AND state = 'pending' LIMIT $2
   ) AS counted`,
);
const findDelivery = statement(
  `SELECT ${webhookDeliveryTable.columns} FROM webhook_delivery WHERE webhook_id = $1 AND delivery_id = $2`,
);
const claim = perDialect(({ skipLocked }) =>
  statement(
    `UPDATE webhook SET claimed_by = $1, claimed_until = $3 WHERE webhook_id IN (
       SELECT webhook_id FROM webhook
       WHERE state = 'enabled' AND (claimed_until IS NULL OR claimed_until <= $2 OR ($5 = 1 AND claimed_by <> $1))
       ORDER BY webhook_id LIMIT $4 ${skipLocked}
     ) RETURNING ${webhookTable.columns}`,
  ),
);
const renew = statement(`UPDATE webhook SET claimed_until = $2 WHERE claimed_by = $1 AND state = 'enabled'`);
const release = perDialect(({ isIn }) =>
  statement(
    `UPDATE webhook SET claimed_by = NULL, claimed_until = NULL
     WHERE claimed_by = $1 AND ${isIn('webhook_id', '$2')}`,
  ),
);
const advance = statement(
  `UPDATE webhook SET position = $3 WHERE webhook_id = $1 AND claimed_by = $2 AND state = 'enabled' RETURNING 1`,
);
const settle = statement(
  `UPDATE webhook_delivery SET state = $2, attempts = $3, next_attempt_at = $4, ended_at = $5
   WHERE delivery_id = $1 AND (state = 'pending') IS TRUE`,
);
const noteSuccess = statement(`UPDATE webhook SET last_success_at = $2 WHERE webhook_id = $1`);
const noteFailure = statement(`UPDATE webhook SET last_failure_at = $2 WHERE webhook_id = $1`);
const disable = statement(
  `UPDATE webhook SET state = 'disabled', disabled_at = $2, disabled_because = $3, revision = revision + 1,
     claimed_by = NULL, claimed_until = NULL
   WHERE webhook_id = $1 AND state = 'enabled' RETURNING 1`,
);
const removeDeliveries = statement(
  `DELETE FROM webhook_delivery WHERE delivery_id IN (
     SELECT delivery_id FROM webhook_delivery WHERE ended_at IS NOT NULL AND ended_at <= $1
     ORDER BY ended_at LIMIT $2
   ) RETURNING 1`,
);

export function createWebhookStore(session: Session): WebhookStore {
  const { name } = session.dialect;
  return {
    async lock(tenantId) {
      await session.lock(['webhooks', tenantId], true);
    },
    async count(tenantId, limit) {
      const [row] = await session.read(count, [tenantId, limit + 1].map(toSqlValue));
      return integerOf(row?.[0]);
    },
    insert: (row) => writeRow(session, webhookTable.insert, row),
    async load(tenantId, webhookId) {
      const [row] = await session.read(load[name], [tenantId, webhookId].map(toSqlValue));
      return row && webhookTable.decode(row);
    },
    save: (row) => writeRow(session, save, row),
    remove(webhookId) {
      session.write(removePending, [webhookId]);
      session.write(remove, [webhookId]);
    },
    retryNow: (webhookId) => session.write(retryNow, [webhookId, session.now]),
    async countPending(webhookId, limit) {
      const [row] = await session.read(countPending, [webhookId, limit + 1]);
      return integerOf(row?.[0]);
    },
    async delivery(webhookId, deliveryId) {
      const [row] = await session.read(findDelivery, [webhookId, deliveryId].map(toSqlValue));
      return row && webhookDeliveryTable.decode(row);
    },
    insertDelivery: (row) => writeRow(session, webhookDeliveryTable.insert, row),

    async claim(node, forMs, limit, whosever) {
      const parameters = [node, session.now, session.now + forMs, limit, whosever ? 1 : 0];
      return (await session.read(claim[name], parameters)).map(webhookTable.decode);
    },
    renew: (node, forMs) => session.write(renew, [node, session.now + forMs]),
    release: (node, webhookIds) => session.write(release[name], [node, JSON.stringify(webhookIds)]),
    async advance(webhookId, node, position) {
      return (await session.read(advance, [webhookId, node, position])).length > 0;
    },
    settle({ deliveryId, state, attempts, nextAttemptAt, endedAt }) {
      const parameters = [deliveryId, state, JSON.stringify(attempts), nextAttemptAt, endedAt];
      session.write(settle, parameters.map(toSqlValue));
    },
    noteSuccess: (webhookId, at) => session.write(noteSuccess, [webhookId, at]),
    noteFailure: (webhookId, at) => session.write(noteFailure, [webhookId, at]),
    async disable(webhookId, because) {
      return (await session.read(disable, [webhookId, session.now, because])).length > 0;
    },
    async removeDeliveries(endedBy, limit) {
      return (await session.read(removeDeliveries, [endedBy, limit])).length;
    },
  };
}
