import type { StartSubscriptionRow, StartSubscriptionStore } from '../runtime/ports.js';
import { type Session, writeRow } from './session.js';
import { textOf, toSqlValue } from './sql-value.js';
import { tenantStatement } from './statement.js';
import { defineTable } from './table.js';

const startSubscriptionTable = defineTable<StartSubscriptionRow>('start_subscription', {
  tenantId: 'key',
  kind: 'key',
  name: 'key',
  processDefinitionId: 'key',
  bpmnProcessId: 'key',
  elementId: 'key',
});

const remove = startSubscriptionTable.remove(['tenantId', 'bpmnProcessId']);
const find = tenantStatement(
  `SELECT ${startSubscriptionTable.columns} FROM start_subscription
   WHERE tenant_id = $1 AND kind = $2 AND name = $3 ORDER BY bpmn_process_id, element_id`,
);
const listMessages = tenantStatement(
  `SELECT DISTINCT name FROM start_subscription WHERE tenant_id = $1 AND bpmn_process_id = $2 AND kind = 'message'`,
);

export function createStartSubscriptionStore(session: Session): StartSubscriptionStore {
  return {
    replace(tenantId, bpmnProcessId, rows) {
      writeRow(session, remove, { tenantId, bpmnProcessId });
      for (const row of rows) writeRow(session, startSubscriptionTable.insert, row);
    },
    async listMessages(tenantId, bpmnProcessId) {
      const rows = await session.read(listMessages, [tenantId, bpmnProcessId].map(toSqlValue));
      return rows.map(([name]) => textOf(name));
    },
    async find(tenantId, kind, name) {
      const rows = await session.read(find, [tenantId, kind, name].map(toSqlValue));
      return rows.map(startSubscriptionTable.decode);
    },
  };
}
