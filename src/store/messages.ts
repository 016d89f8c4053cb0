import type { MessageRow, MessageStore } from '../runtime/ports.js';
import { perDialect } from './dialect.js';
import { type Session, writeRow } from './session.js';
import { textOf, toSqlValue } from './sql-value.js';
import { statement, tenantStatement } from './statement.js';
import { defineTable } from './table.js';

export const messageTable = defineTable<MessageRow>('message', {
  messageRowId: 'key',
  tenantId: 'key',
  name: 'key',
  correlationKey: 'key',
  messageId: 'key',
  state: 'key',
  variables: 'json',
  publishedAt: 'integer',
  expiresAt: 'integer',
  result: 'json',
  hops: 'integer',
});

const setState = messageTable.update(['state'], ['messageRowId']);
const findBuffered = tenantStatement(
  `SELECT ${messageTable.columns} FROM message
   WHERE tenant_id = $1 AND name = $2 AND correlation_key = $3 AND state = 'buffered' AND expires_at > $4
   ORDER BY message_row_id LIMIT 1`,
);
const findByMessageId = tenantStatement(
  `SELECT ${messageTable.columns} FROM message
   WHERE tenant_id = $1 AND name = $2 AND message_id = $3 AND expires_at > $4
   ORDER BY expires_at DESC LIMIT 1`,
);
const buffered = `tenant_id = $1 AND name = $2 AND state = 'buffered' AND expires_at > $3`;
const hasBuffered = tenantStatement(`SELECT 1 FROM message WHERE ${buffered} LIMIT 1`);
const listWithoutKey = tenantStatement(
  `SELECT ${messageTable.columns} FROM message
   WHERE ${buffered} AND (correlation_key IS NULL OR correlation_key = '') AND message_row_id > $4
   ORDER BY message_row_id LIMIT $5`,
);
const listKeys = tenantStatement(
  `SELECT DISTINCT correlation_key FROM message WHERE ${buffered} AND correlation_key > $4
   ORDER BY correlation_key LIMIT $5`,
);
const removeExpired = perDialect(({ skipLocked }) =>
  statement(
    `DELETE FROM message WHERE message_row_id IN (
       SELECT message_row_id FROM message WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2 ${skipLocked}
     ) RETURNING 1`,
  ),
);

const removeExpiredStarts = perDialect(({ skipLocked }) =>
  statement(
    `DELETE FROM waiting_message_start WHERE message_row_id IN (
       SELECT message_row_id FROM waiting_message_start WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2 ${skipLocked}
     )`,
  ),
);

/** A message that has expired is not found, also before it is removed. */
export function createMessageStore(session: Session): MessageStore {
  return {
    async lock(tenantId, name, correlationKey) {
      const key = correlationKey === undefined ? [] : [correlationKey];
      await session.lock(['message', tenantId, name, ...key], true);
    },
    insert: (row) => writeRow(session, messageTable.insert, row),
    async findBuffered(tenantId, name, correlationKey) {
      const parameters = [tenantId, name, correlationKey, session.now].map(toSqlValue);
      const [row] = await session.read(findBuffered, parameters);
      return row && messageTable.decode(row);
    },
    consume: (messageRowId) => writeRow(session, setState, { messageRowId, state: 'consumed' }),
    markStarted: (messageRowId) => writeRow(session, setState, { messageRowId, state: 'started' }),
    async findByMessageId(tenantId, name, messageId) {
      const parameters = [tenantId, name, messageId, session.now].map(toSqlValue);
      const [row] = await session.read(findByMessageId, parameters);
      return row && messageTable.decode(row);
    },
    lockToBuffer: (tenantId, name) => session.lockShared(['buffering', tenantId, name]),
    async lockToStart(tenantId, name) {
      await session.lock(['buffering', tenantId, name], true);
    },
    async hasBuffered(tenantId, name) {
      const rows = await session.read(hasBuffered, [tenantId, name, session.now].map(toSqlValue));
      return rows.length > 0;
    },
    async listWithoutKey(tenantId, name, { after, limit }) {
      const parameters = [tenantId, name, session.now, after, limit].map(toSqlValue);
      return (await session.read(listWithoutKey, parameters)).map(messageTable.decode);
    },
    async listKeys(tenantId, name, { after, limit }) {
      const parameters = [tenantId, name, session.now, after, limit].map(toSqlValue);
      return (await session.read(listKeys, parameters)).map(([key]) => textOf(key));
    },
    async removeExpired(limit) {
      session.write(removeExpiredStarts[session.dialect.name], [session.now, limit]);
      const rows = await session.read(removeExpired[session.dialect.name], [session.now, limit]);
      return rows.length;
    },
  };
}
