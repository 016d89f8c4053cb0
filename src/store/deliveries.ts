import { CANCELLATION_LANES, type DeliveryBody, type DeliveryStore } from '../runtime/ports.js';
import { perDialect } from './dialect.js';
import { type Session, writeRow } from './session.js';
import { statement } from './statement.js';
import { defineTable } from './table.js';

interface StoredDelivery {
  readonly tenantId: string;
  readonly hops: number;
  readonly lane?: string;
  readonly body: DeliveryBody;
}

const deliveryTable = defineTable<StoredDelivery>('delivery', {
  tenantId: 'key',
  hops: 'integer',
  lane: 'key',
  body: 'json',
});

/** In order of writing, of all tenants: whoever delivers does so for everybody. */
export const pendingDeliveries = statement(
  `SELECT delivery_id, tenant_id, lane FROM delivery WHERE delivery_id > $1 ORDER BY delivery_id LIMIT $2`,
);

/** Those of the lanes of cancellations, along the index of lanes: `"` is the character after `!`. */
export const pendingCancellations = statement(
  `SELECT delivery_id, tenant_id, lane FROM delivery
   WHERE lane >= '${CANCELLATION_LANES}' AND lane < '"' ORDER BY lane, delivery_id LIMIT $1`,
);

/**
 * Locks it, unless another transaction has it. An earlier one of the lane is there until the transaction that consumes it has committed. None
 * that was thrown before is written later: what an instance throws is written under its lock, and what a signal leads to before the next
 * of its lane is taken.
 */
export const lockDelivery = perDialect(({ skipLocked }) =>
  statement(
    `SELECT ${deliveryTable.columns} FROM delivery AS it WHERE delivery_id = $1 AND NOT EXISTS (
       SELECT 1 FROM delivery AS earlier WHERE earlier.lane = it.lane AND earlier.delivery_id < it.delivery_id
     ) ${skipLocked}`,
  ),
);
const remove = statement(`DELETE FROM delivery WHERE delivery_id = $1`);

const leaveLane = statement(`UPDATE delivery SET lane = NULL WHERE delivery_id = $1`);

const hold = statement(
  `INSERT INTO held_delivery (tenant_id, process_instance_id, hops, lane, body) VALUES ($1, $2, $3, $4, $5)`,
);

/** In the order in which they were held. */
const released = statement(
  `INSERT INTO delivery (tenant_id, hops, lane, body)
   SELECT tenant_id, hops, lane, body FROM held_delivery WHERE process_instance_id = $1 ORDER BY held_delivery_id`,
);
const removeHeld = statement(`DELETE FROM held_delivery WHERE process_instance_id = $1`);

export function createDeliveryStore(session: Session): DeliveryStore {
  return {
    insert: (row) => writeRow(session, deliveryTable.insert, row),
    hold: ({ tenantId, hops, lane, body }, processInstanceId) =>
      session.write(hold, [tenantId, processInstanceId, hops, lane ?? null, JSON.stringify(body)]),
    release(processInstanceId) {
      session.write(released, [processInstanceId]);
      session.write(removeHeld, [processInstanceId]);
    },
    async take(deliveryId) {
      const key = [deliverySequence(deliveryId)];
      const [row] = await session.read(lockDelivery[session.dialect.name], key);
      if (row === undefined) return undefined;
      session.write(remove, key);
      return { deliveryId, ...deliveryTable.decode(row) };
    },
    leaveLane: (deliveryId) => session.write(leaveLane, [deliverySequence(deliveryId)]),
  };
}

/** The number behind an id; throws where it cannot be one. */
export function deliverySequence(deliveryId: string): number {
  if (!/^\d{1,15}$/.test(deliveryId)) {
    throw new RangeError(`Expected the id of a delivery but found ${JSON.stringify(deliveryId)}.`);
  }
  return Number(deliveryId);
}
