import type { BatchItemRow, BatchRow, BatchStore } from '../runtime/ports.js';
import { perDialect } from './dialect.js';
import { type Session, writeRow } from './session.js';
import { integerOf, textOf, toSqlValue } from './sql-value.js';
import { isOfTenant, statement, tenantStatement } from './statement.js';
import { defineTable } from './table.js';

const batchColumns = {
  batchId: 'key',
  tenantId: 'key',
  operation: 'key',
  instruction: 'json',
  filter: 'json',
  state: 'key',
  actor: 'key',
  reach: 'json',
  traceparent: 'text',
  auditOrigin: 'json',
  createdAt: 'integer',
  endedAt: 'integer',
  total: 'integer',
  done: 'integer',
  failed: 'integer',
  problem: 'json',
  collectedTo: 'text',
} as const;

export const batchTable = defineTable<BatchRow>('batch', batchColumns);

const newBatchTable = defineTable<BatchRow & { readonly workedAt: number }>('batch', {
  ...batchColumns,
  workedAt: 'integer',
});

export const batchItemTable = defineTable<BatchItemRow>('batch_item', {
  batchId: 'key',
  processInstanceId: 'key',
  tenantId: 'key',
  state: 'key',
  code: 'key',
  detail: 'text',
  endedAt: 'integer',
});

/** One batch, by tenant and id, as committed. */
export const findBatch = tenantStatement(
  `SELECT ${batchTable.columns} FROM batch WHERE batch_id = $2 AND ${isOfTenant('$1')}`,
);

const countOpen = tenantStatement(`SELECT count(*) FROM batch WHERE tenant_id = $1 AND ended_at IS NULL`);
const load = perDialect(({ forUpdate }) =>
  tenantStatement(
    `SELECT ${batchTable.columns} FROM batch WHERE batch_id = $2 AND ${isOfTenant('$1')} ${forUpdate}`,
  ),
);
const claim = perDialect(({ skipLocked, jsonRows }) =>
  statement(
    `UPDATE batch SET worked_at = $1, claimed_by = $2, claimed_until = $3 WHERE batch_id = (
       SELECT batch_id FROM batch
       WHERE ended_at IS NULL AND operation IN (SELECT value FROM ${jsonRows('$4')})
         AND (claimed_until IS NULL OR claimed_until <= $1 OR claimed_by = $2)
       ORDER BY worked_at, batch_id LIMIT 1 ${skipLocked}
     ) RETURNING ${batchTable.columns}`,
  ),
);
const release = statement(
  `UPDATE batch SET claimed_by = NULL, claimed_until = NULL WHERE batch_id = $1 AND claimed_by = $2`,
);
const pending = statement(
  `SELECT process_instance_id FROM batch_item WHERE batch_id = $1 AND state = 'pending'
   ORDER BY process_instance_id LIMIT $2`,
);
const grow = statement(
  `UPDATE batch SET total = total + $2, collected_to = $3, state = $4, ended_at = $5
   WHERE batch_id = $1 AND state = 'collecting' AND collected_to IS NOT DISTINCT FROM $6 RETURNING 1`,
);
const addItems = perDialect(({ jsonRows }) =>
  statement(
    `INSERT INTO batch_item (batch_id, process_instance_id, tenant_id, state)
     SELECT $1, value, $2, 'pending' FROM ${jsonRows('$3')}`,
  ),
);
const end = statement(
  `UPDATE batch SET state = $2, ended_at = $3, problem = $4, claimed_by = NULL, claimed_until = NULL
   WHERE batch_id = $1 AND ended_at IS NULL`,
);
const isPending = perDialect(({ forUpdate }) =>
  statement(
    `SELECT 1 FROM batch_item WHERE batch_id = $1 AND process_instance_id = $2 AND state = 'pending' ${forUpdate}`,
  ),
);
const settleItem = batchItemTable.update(
  ['state', 'code', 'detail', 'endedAt'],
  ['batchId', 'processInstanceId'],
);
const count = statement(
  `UPDATE batch SET done = done + $2, failed = failed + $3,
     state = CASE WHEN done + failed + 1 = total THEN 'completed' ELSE state END,
     ended_at = CASE WHEN done + failed + 1 = total THEN CAST($4 AS bigint) ELSE ended_at END,
     claimed_by = CASE WHEN done + failed + 1 = total THEN NULL ELSE claimed_by END,
     claimed_until = CASE WHEN done + failed + 1 = total THEN NULL ELSE claimed_until END
   WHERE batch_id = $1 AND state = 'running' RETURNING 1`,
);

export function createBatchStore(session: Session): BatchStore {
  return {
    async lock(tenantId) {
      await session.lock(['batches', tenantId], true);
    },
    async countOpen(tenantId) {
      const [row] = await session.read(countOpen, [toSqlValue(tenantId)]);
      return integerOf(row?.[0]);
    },
    insert: (row) => writeRow(session, newBatchTable.insert, { ...row, workedAt: row.createdAt }),
    async load(tenantId, batchId) {
      const [row] = await session.read(load[session.dialect.name], [tenantId, batchId].map(toSqlValue));
      return row && batchTable.decode(row);
    },
    async claim(node, operations, forMs, limit) {
      const parameters = [session.now, node, session.now + forMs, JSON.stringify(operations.map(toSqlValue))];
      const [row] = await session.read(claim[session.dialect.name], parameters);
      if (row === undefined) return undefined;
      const batch = batchTable.decode(row);
      const left = batch.state === 'running' ? await session.read(pending, [batch.batchId, limit]) : [];
      return { batch, pending: left.map(([id]) => textOf(id)) };
    },
    release: (batchId, node) => session.write(release, [batchId, node]),
    async addItems({ batchId, tenantId, total, collectedTo: before }, ids, collectedTo) {
      const state =
        collectedTo !== undefined ? 'collecting' : total + ids.length > 0 ? 'running' : 'completed';
      const endedAt = state === 'completed' ? session.now : undefined;
      const parameters = [batchId, ids.length, collectedTo, state, endedAt, before].map(toSqlValue);
      const [grown] = await session.read(grow, parameters);
      if (grown === undefined) return false;
      const items = JSON.stringify(ids.map(toSqlValue));
      if (ids.length > 0)
        session.write(addItems[session.dialect.name], [batchId, toSqlValue(tenantId), items]);
      return true;
    },
    end(batchId, state, problem) {
      const text = problem === undefined ? null : JSON.stringify(problem);
      session.write(end, [batchId, state, session.now, text]);
    },
    async isPending(batchId, processInstanceId) {
      const parameters = [batchId, processInstanceId].map(toSqlValue);
      const rows = await session.read(isPending[session.dialect.name], parameters);
      return rows.length > 0;
    },
    async settle(batchId, processInstanceId, problem) {
      const isDone = problem === undefined;
      const state = isDone ? 'done' : 'failed';
      writeRow(session, settleItem, { batchId, processInstanceId, state, endedAt: session.now, ...problem });
      const counted = await session.read(count, [batchId, isDone ? 1 : 0, isDone ? 0 : 1, session.now]);
      return counted.length > 0;
    },
  };
}
