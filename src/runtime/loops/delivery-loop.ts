import type { Clock } from '../../platform/clock.js';
import type { Logger } from '../../platform/logger.js';
import { consumeDelivery } from '../commands/consume-delivery.js';
import { done } from '../outcome.js';
import type { Executor } from '../executor.js';
import type { Store } from '../ports.js';
import { Sleeper } from '../sleeper.js';
import type { UseCase } from '../unit.js';
import { Failures } from './failures.js';
import { LOOK_AGAIN_MS, RETRY_MS, loopContext } from './loop.js';

/** Deliveries consumed at once. */
const BATCH = 100;

/** Consumes what crosses from one instance to another, in order of writing, each in a transaction of its own, once. */
export function deliveryLoop(store: Store, executor: Executor, clock: Clock, logger: Logger): Sleeper {
  const failures = new Failures(clock);
  let after: string | undefined;
  const work = async (): Promise<number> => {
    if (after === undefined) failures.count();
    const page = await store.queries.pendingDeliveries(BATCH, after);
    const pending = page.filter(({ deliveryId }) => !failures.isPaused(deliveryId));
    const consumed = await Promise.all(
      pending.map(({ deliveryId, tenantId }) => consume(executor, logger, tenantId, deliveryId)),
    );
    for (const [index, { deliveryId }] of pending.entries()) if (!consumed[index]) failures.add(deliveryId);
    after = page.length < BATCH ? undefined : page.at(-1)?.deliveryId;
    return clock.now() + (after === undefined ? LOOK_AGAIN_MS : 0);
  };
  return new Sleeper(clock, work, (error) => {
    after = undefined;
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
    const { body, hops } = delivery;
    const calls = 'calls' in body ? (body.calls ?? 0) : 0;
    const outcome = await consumeDelivery(body)({ ...unit, hops, calls });
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
