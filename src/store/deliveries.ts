import type { DeliveryBody, DeliveryStore } from '../runtime/ports.js';
import { perDialect } from './dialect.js';
import { type Session, writeRow } from './session.js';
import { statement } from './statement.js';
import { defineTable } from './table.js';

interface StoredDelivery {
  readonly tenantId: string;
  readonly hops: number;
  readonly body: DeliveryBody;
}

const deliveryTable = defineTable<StoredDelivery>('delivery', {
  tenantId: 'key',
  hops: 'integer',
  body: 'json',
});

/** Ids and tenants in order of writing, of all tenants: whoever delivers does so for everybody. */
export const pendingDeliveries = statement(
  `SELECT delivery_id, tenant_id FROM delivery WHERE delivery_id > $1 ORDER BY delivery_id LIMIT $2`,
);

const take = perDialect(({ skipLocked }) =>
  statement(
    `DELETE FROM delivery WHERE delivery_id = (
       SELECT delivery_id FROM delivery WHERE delivery_id = $1 ${skipLocked}
     ) RETURNING ${deliveryTable.columns}`,
  ),
);

const hold = statement(
  `INSERT INTO held_delivery (tenant_id, process_instance_id, hops, body) VALUES ($1, $2, $3, $4)`,
);

/** In the order in which they were held. */
const released = statement(
  `INSERT INTO delivery (tenant_id, hops, body)
   SELECT tenant_id, hops, body FROM held_delivery WHERE process_instance_id = $1 ORDER BY held_delivery_id`,
);
const removeHeld = statement(`DELETE FROM held_delivery WHERE process_instance_id = $1`);

export function createDeliveryStore(session: Session): DeliveryStore {
  return {
    insert: (row) => writeRow(session, deliveryTable.insert, row),
    hold: ({ tenantId, hops, body }, processInstanceId) =>
      session.write(hold, [tenantId, processInstanceId, hops, JSON.stringify(body)]),
    release(processInstanceId) {
      session.write(released, [processInstanceId]);
      session.write(removeHeld, [processInstanceId]);
    },
    async take(deliveryId) {
      const [row] = await session.read(take[session.dialect.name], [deliverySequence(deliveryId)]);
      return row && { deliveryId, ...deliveryTable.decode(row) };
    },
  };
}

/** The number behind an id; throws where it cannot be one. */
export function deliverySequence(deliveryId: string): number {
  if (!/^\d{1,15}$/.test(deliveryId)) {
    throw new RangeError(`Expected the id of a delivery but found ${JSON.stringify(deliveryId)}.`);
  }
  return Number(deliveryId);
}
