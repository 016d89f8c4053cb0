import type { Clock } from '../../platform/clock.js';
import type { Logger } from '../../platform/logger.js';
import { consumeDelivery } from '../commands/consume-delivery.js';
import { done } from '../outcome.js';
import type { Executor } from '../executor.js';
import type { Store } from '../ports.js';
import { Sleeper } from '../sleeper.js';
import type { UseCase } from '../unit.js';
import { LOOK_AGAIN_MS, RETRY_MS, loopContext } from './loop.js';

/** Deliveries consumed at once. */
const BATCH = 100;

/** Consumes what crosses from one instance to another, in order of writing, each in a transaction of its own, once. */
export function deliveryLoop(store: Store, executor: Executor, clock: Clock, logger: Logger): Sleeper {
  const work = async (): Promise<number> => {
    let failed = false;
    let after: string | undefined;
    for (;;) {
      const ids = await store.queries.pendingDeliveries(BATCH, after);
      const consumed = await Promise.all(
        ids.map(({ deliveryId, tenantId }) => consume(executor, logger, tenantId, deliveryId)),
      );
      failed ||= consumed.includes(false);
      after = ids.at(-1)?.deliveryId;
      if (ids.length < BATCH) break;
    }
    return clock.now() + (failed ? RETRY_MS : LOOK_AGAIN_MS);
  };
  return new Sleeper(clock, work, (error) => {
    logger.error({ err: error }, 'deliveries could not be read; trying again');
    return clock.now() + RETRY_MS;
  });
}

async function consume(
  executor: Executor,
  logger: Logger,
  tenantId: string,
  deliveryId: string,
): Promise<boolean> {
  const take: UseCase<null> = async (unit) => {
    const delivery = await unit.tx.deliveries.take(deliveryId);
    if (!delivery) return done(null);
    const outcome = await consumeDelivery(delivery.body)({ ...unit, hops: delivery.hops });
    if (!outcome.ok) throw new Error(`Delivery ${deliveryId} was refused: ${outcome.problem.detail}`);
    return outcome;
  };
  try {
    await executor.run(loopContext(tenantId, 'delivery'), take);
    return true;
  } catch (error) {
    logger.error({ err: error, deliveryId }, 'delivery could not be consumed; trying again');
    return false;
  }
}
