import {
  type DeliveryBody,
  laneTo,
  type SignalSubscriptionRow,
  type SignalSubscriptionStore,
} from '../runtime/ports.js';
import { perDialect } from './dialect.js';
import { type Session, writeRow } from './session.js';
import { toSqlValue } from './sql-value.js';
import { statement } from './statement.js';
import { defineTable } from './table.js';

const signalSubscriptionTable = defineTable<SignalSubscriptionRow>('signal_subscription', {
  subscriptionId: 'key',
  tenantId: 'key',
  processInstanceId: 'key',
  elementInstanceKey: 'integer',
  subscriptionKey: 'integer',
  elementId: 'key',
  signalName: 'key',
});

const remove = signalSubscriptionTable.remove(['subscriptionId']);

/** Writes the JSON text of each delivery in the database; what all have in common is the fourth parameter. */
const fanOut = perDialect(({ jsonString }) =>
  statement(
    `INSERT INTO delivery (tenant_id, hops, lane, body)
     SELECT tenant_id, CAST($3 AS BIGINT), '${laneTo('')}' || process_instance_id,
       '{"processInstanceId":' || ${jsonString('process_instance_id')}
       || ',"elementInstanceKey":' || element_instance_key
       || ',"subscriptionKey":' || subscription_key || ',' || CAST($4 AS TEXT)
     FROM signal_subscription WHERE tenant_id = $1 AND signal_name = $2 ORDER BY subscription_id
     RETURNING 1`,
  ),
);

type TriggerSignal = Extract<DeliveryBody, { kind: 'triggerSignal' }>;

const move = signalSubscriptionTable.update(['elementId'], ['subscriptionId']);

export function createSignalSubscriptionStore(session: Session): SignalSubscriptionStore {
  return {
    move: (subscriptionId, place) => writeRow(session, move, { subscriptionId, ...place }),
    insert: (row) => writeRow(session, signalSubscriptionTable.insert, row),
    remove: (subscriptionId) => writeRow(session, remove, { subscriptionId }),
    async fanOut(tenantId, signalName, variables, hops) {
      const shared: Pick<TriggerSignal, 'kind' | 'signalName' | 'variables'> = {
        kind: 'triggerSignal',
        signalName,
        variables,
      };
      const parameters = [tenantId, signalName, hops, JSON.stringify(shared).slice(1)].map(toSqlValue);
      const rows = await session.read(fanOut[session.dialect.name], parameters);
      return rows.length;
    },
  };
}
