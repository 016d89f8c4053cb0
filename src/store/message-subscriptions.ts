import type { MessageSubscriptionRow, MessageSubscriptionStore } from '../runtime/ports.js';
import { postgresDialect } from './dialect.js';
import { readShortInstanceColumns } from './process-instances.js';
import { type Session, writeRow } from './session.js';
import { toSqlValue } from './sql-value.js';
import { isOfTenant, tenantStatement } from './statement.js';
import { defineTable } from './table.js';

const messageSubscriptionTable = defineTable<MessageSubscriptionRow>('message_subscription', {
  subscriptionId: 'key',
  tenantId: 'key',
  processInstanceId: 'key',
  elementInstanceKey: 'integer',
  subscriptionKey: 'integer',
  elementId: 'key',
  messageName: 'key',
  correlationKey: 'key',
  createdAt: 'integer',
});

const remove = messageSubscriptionTable.remove(['subscriptionId']);
/** Where several wait for the message, the one that has waited longest has it. */
const receiver = `FROM message_subscription
   WHERE tenant_id = $1 AND message_name = $2 AND correlation_key = $3
   ORDER BY created_at, subscription_id LIMIT 1`;
/** Its parameters are the tenant, the message's name and its correlation key. */
export const findReceiver = tenantStatement(`SELECT ${messageSubscriptionTable.columns} ${receiver}`);

/** The instance of {@link findReceiver}'s subscription, without its document where that is long, unless another transaction has locked it. */
export const loadReceiver = tenantStatement(
  `SELECT ${readShortInstanceColumns} FROM process_instance
   WHERE process_instance_id = (SELECT process_instance_id ${receiver}) ${postgresDialect.skipLocked}`,
);

const load = tenantStatement(
  `SELECT ${messageSubscriptionTable.columns} FROM message_subscription
   WHERE subscription_id = $2 AND ${isOfTenant('$1')}`,
);

const move = messageSubscriptionTable.update(['elementId'], ['subscriptionId']);

export function createMessageSubscriptionStore(session: Session): MessageSubscriptionStore {
  return {
    move: (subscriptionId, place) => writeRow(session, move, { subscriptionId, ...place }),
    insert: (row) => writeRow(session, messageSubscriptionTable.insert, row),
    remove: (subscriptionId) => writeRow(session, remove, { subscriptionId }),
    async load(tenantId, subscriptionId) {
      const [row] = await session.read(load, [tenantId, subscriptionId].map(toSqlValue));
      return row && messageSubscriptionTable.decode(row);
    },
    async find(tenantId, messageName, correlationKey) {
      const [row] = await session.read(findReceiver, [tenantId, messageName, correlationKey].map(toSqlValue));
      return row && messageSubscriptionTable.decode(row);
    },
  };
}
