import type { MessageStartRow, MessageStartStore, WaitingMessageStartRow } from '../runtime/ports.js';
import { perDialect } from './dialect.js';
import { messageTable } from './messages.js';
import { type Session, writeRow } from './session.js';
import { toSqlValue } from './sql-value.js';
import { isOfTenant, statement, tenantStatement } from './statement.js';
import { defineTable } from './table.js';

const messageStartTable = defineTable<MessageStartRow>('message_start', {
  processInstanceId: 'key',
  tenantId: 'key',
  bpmnProcessId: 'key',
  correlationKey: 'key',
});

const waitingTable = defineTable<WaitingMessageStartRow>('waiting_message_start', {
  tenantId: 'key',
  bpmnProcessId: 'key',
  correlationKey: 'key',
  messageRowId: 'key',
  expiresAt: 'integer',
});

const isHeld = tenantStatement(
  `SELECT 1 FROM message_start WHERE tenant_id = $1 AND bpmn_process_id = $2 AND correlation_key = $3`,
);
const findWaiting = tenantStatement(
  `SELECT ${messageTable.columns} FROM message
   WHERE ${isOfTenant('$1')} AND state <> 'consumed' AND expires_at > $4 AND message_row_id IN (
     SELECT message_row_id FROM waiting_message_start
     WHERE tenant_id = $1 AND bpmn_process_id = $2 AND correlation_key = $3
   ) ORDER BY message_row_id LIMIT 1`,
);
const waitBuffered = statement(
  `INSERT INTO waiting_message_start (tenant_id, bpmn_process_id, correlation_key, message_row_id, expires_at)
   SELECT tenant_id, $2, correlation_key, message_row_id, expires_at FROM message
   WHERE tenant_id = $1 AND name = $3 AND correlation_key = $4 AND state = 'buffered' AND expires_at > $5
   ON CONFLICT DO NOTHING`,
);
const removeWaiting = waitingTable.remove(['tenantId', 'bpmnProcessId', 'correlationKey', 'messageRowId']);

const deliverEnd = perDialect(({ jsonString }) =>
  statement(
    `INSERT INTO delivery (tenant_id, hops, body)
     SELECT tenant_id, 0, '{"kind":"startBuffered","bpmnProcessId":' || ${jsonString('bpmn_process_id')} ||
       ',"correlationKey":' || ${jsonString('correlation_key')} || '}'
     FROM message_start WHERE process_instance_id = $1`,
  ),
);
const removeHeld = messageStartTable.remove(['processInstanceId']);

export function createMessageStartStore(session: Session): MessageStartStore {
  return {
    async lock({ tenantId, bpmnProcessId, correlationKey }) {
      await session.lock(['message start', tenantId, bpmnProcessId, correlationKey], true);
    },
    async isHeld({ tenantId, bpmnProcessId, correlationKey }) {
      const rows = await session.read(isHeld, [tenantId, bpmnProcessId, correlationKey].map(toSqlValue));
      return rows.length > 0;
    },
    hold: (row) => writeRow(session, messageStartTable.insert, row),
    release(processInstanceId) {
      session.write(deliverEnd[session.dialect.name], [processInstanceId]);
      writeRow(session, removeHeld, { processInstanceId });
    },
    wait: (row) => writeRow(session, waitingTable.insert, row),
    waitBuffered: ({ tenantId, bpmnProcessId, correlationKey }, name) =>
      session.write(
        waitBuffered,
        [tenantId, bpmnProcessId, name, correlationKey, session.now].map(toSqlValue),
      ),
    async findWaiting({ tenantId, bpmnProcessId, correlationKey }) {
      const parameters = [tenantId, bpmnProcessId, correlationKey, session.now].map(toSqlValue);
      const [row] = await session.read(findWaiting, parameters);
      return row && messageTable.decode(row);
    },
    removeWaiting: (key, messageRowId) => writeRow(session, removeWaiting, { ...key, messageRowId }),
  };
}
