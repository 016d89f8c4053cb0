import type { AuditRow, AuditStore } from '../runtime/ports.js';
import { perDialect } from './dialect.js';
import { type Session, writeRow } from './session.js';
import { integerOf } from './sql-value.js';
import { statement } from './statement.js';
import { defineTable } from './table.js';

export const auditTable = defineTable<AuditRow>('audit_entry', {
  auditId: 'key',
  tenantId: 'key',
  at: 'integer',
  operation: 'key',
  principalId: 'text',
  principalName: 'text',
  principalKind: 'key',
  targetId: 'text',
  processInstanceId: 'key',
  batchId: 'key',
  targets: 'json',
  sourceAddress: 'text',
  requestId: 'text',
  traceId: 'text',
  before: 'json',
  after: 'json',
});

/** The database lets nobody remove an entry that is younger than that. */
const allowRemoval = statement(
  `INSERT INTO audit_removal (one, before) VALUES (1, $1)
   ON CONFLICT (one) DO UPDATE SET before = excluded.before WHERE audit_removal.before < excluded.before`,
);
/** The ids rise with time: the oldest are the first of the primary key. */
const findOldest = perDialect(({ skipLocked }) =>
  statement(`SELECT audit_id, at FROM audit_entry ORDER BY audit_id LIMIT $1 ${skipLocked}`),
);
const remove = perDialect(({ isIn }) => statement(`DELETE FROM audit_entry WHERE ${isIn('audit_id', '$1')}`));

export function createAuditStore(session: Session): AuditStore {
  const { name } = session.dialect;
  return {
    append: (row) => writeRow(session, auditTable.insert, row),
    async removeBefore(time, limit) {
      const rows = await session.read(findOldest[name], [limit]);
      const ids = rows.filter(([, at]) => integerOf(at) < time).map(([id]) => id);
      if (ids.length === 0) return 0;
      session.write(allowRemoval, [time]);
      session.write(remove[name], [JSON.stringify(ids)]);
      return ids.length;
    },
  };
}
