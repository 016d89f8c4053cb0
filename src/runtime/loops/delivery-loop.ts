import type { Clock } from '../../platform/clock.js';
import type { Logger } from '../../platform/logger.js';
import { consumeDelivery } from '../commands/consume-delivery.js';
import { done } from '../outcome.js';
import type { Executor } from '../executor.js';
import { instanceOfLane, type PendingDelivery, type Store, StoreUnavailable } from '../ports.js';
import { Sleeper } from '../sleeper.js';
import type { UseCase } from '../unit.js';
import { UnknownKind } from '../unknown-kind.js';
import { Failures } from './failures.js';
import { LOOK_AGAIN_MS, RETRY_MS, TAKEN_MS, UNKNOWN_MS, loopContext } from './loop.js';
import { UnknownLog } from './unknown-log.js';

/** Deliveries consumed at once. */
const BATCH = 100;

/**
 * What became of a delivery. `not taken`: another node has it, or an earlier one of its lane. `put aside`: it failed for a reason of its
 * own and has left its lane, which goes on. `failed`: its lane waits for it. `not known`: a later release has written it, and its lane waits
 * for a node of that release.
 */
type Consumption = 'consumed' | 'not taken' | 'put aside' | 'failed' | 'not known';

/**
 * Consumes what crosses from one instance to another, each in a unit of work of its own, once: those of one lane in order of writing,
 * whichever node they are consumed by.
 */
export function deliveryLoop(store: Store, executor: Executor, clock: Clock, logger: Logger): Sleeper {
  const failures = new Failures(clock);
  const unknown = new UnknownLog(logger);
  let after: string | undefined;
  let consumed = 0;
  let lookAgainMs = LOOK_AGAIN_MS;
  const work = async (): Promise<number> => {
    if (after === undefined) {
      failures.count();
      lookAgainMs = LOOK_AGAIN_MS;
    }
    const page = await store.queries.pendingDeliveries(BATCH, after);
    // Calls may grow faster than they are consumed in order of writing: what cancels them comes first, or it never reaches the last.
    const urgent = page.length < BATCH ? [] : await store.queries.pendingCancellations(BATCH);
    if ((await consumeAll(urgent)) > 0) return clock.now();
    await consumeAll(page);
    after = page.length < BATCH ? undefined : page.at(-1)?.deliveryId;
    return clock.now() + (after === undefined ? lookAgainMs : 0);
  };

  /** @returns how many were consumed by this node */
  const consumeAll = async (deliveries: readonly PendingDelivery[]): Promise<number> => {
    const before = consumed;
    const pending = deliveries.filter((delivery) => !failures.isPaused(placeOf(delivery)));
    const chains = store.isSerial ? pending.map((delivery) => [delivery]) : [...lanesOf(pending).values()];
    lookAgainMs = Math.min(lookAgainMs, ...(await Promise.all(chains.map((chain) => consumeInOrder(chain)))));
    return consumed - before;
  };

  /** Consumes them up to the first that cannot be consumed now. @returns after how many milliseconds to look again */
  const consumeInOrder = async (chain: readonly PendingDelivery[]): Promise<number> => {
    for (const delivery of chain) {
      const consumption = await consume({ store, executor, logger, unknown }, delivery);
      if (consumption === 'consumed') {
        consumed++;
        continue;
      }
      if (consumption === 'not taken') return store.isSerial || !delivery.lane ? LOOK_AGAIN_MS : TAKEN_MS;
      if (consumption === 'put aside') {
        failures.add(delivery.deliveryId);
        return 0;
      }
      failures.add(placeOf(delivery), consumption === 'not known' ? UNKNOWN_MS : RETRY_MS);
      return LOOK_AGAIN_MS;
    }
    return LOOK_AGAIN_MS;
  };

  return new Sleeper(clock, work, (error) => {
    after = undefined;
    logger.error({ err: error }, 'deliveries could not be read; trying again');
    return clock.now() + RETRY_MS;
  });
}

/** What is paused when a delivery fails: all that has to wait for it. */
function placeOf({ deliveryId, lane }: PendingDelivery): string {
  return lane ?? deliveryId;
}

function lanesOf(pending: readonly PendingDelivery[]): ReadonlyMap<string, readonly PendingDelivery[]> {
  const lanes = new Map<string, PendingDelivery[]>();
  for (const delivery of pending) {
    const place = placeOf(delivery);
    const lane = lanes.get(place);
    if (lane === undefined) lanes.set(place, [delivery]);
    else lane.push(delivery);
  }
  return lanes;
}

/** A message that was held for an instance: whoever publishes one locks it before any instance. */
class LocksMessageFirst extends Error {
  override readonly name = 'LocksMessageFirst';
}

interface ConsumeParts {
  readonly store: Store;
  readonly executor: Executor;
  readonly logger: Logger;
  readonly unknown: UnknownLog;
}

async function consume(
  { store, executor, logger, unknown }: ConsumeParts,
  { tenantId, deliveryId, lane }: PendingDelivery,
): Promise<Consumption> {
  const take =
    (isOfInstance: boolean): UseCase<'consumed' | 'not taken'> =>
    async (unit) => {
      const delivery = await unit.tx.deliveries.take(deliveryId);
      if (!delivery) return done('not taken');
      const { body, hops } = delivery;
      if (isOfInstance && body.kind === 'publishMessage') throw new LocksMessageFirst();
      const calls = 'calls' in body ? (body.calls ?? 0) : 0;
      const place = delivery.lane === undefined ? {} : { lane: delivery.lane };
      const outcome = await consumeDelivery(body)({ ...unit, ...place, hops, calls });
      if (!outcome.ok) throw new Error(`Delivery ${deliveryId} was refused: ${outcome.problem.detail}`);
      return done('consumed');
    };
  try {
    const context = loopContext(tenantId, 'delivery');
    // A serial store takes those of a lane in the order of the calls.
    const instanceId = store.isSerial ? undefined : instanceOfLane(lane);
    const firstRead = { kind: 'delivery', id: deliveryId } as const;
    const alone = () => executor.run(context, take(false));
    const outcome =
      instanceId === undefined
        ? await alone()
        : await executor.run(context, take(true), { instanceId, firstRead }).catch((error: unknown) => {
            if (error instanceof LocksMessageFirst) return alone();
            throw error;
          });
    return outcome.ok ? outcome.value : 'failed';
  } catch (error) {
    if (error instanceof UnknownKind) {
      unknown.tell(error, { tenantId, deliveryId });
      return 'not known';
    }
    logger.error({ err: error, deliveryId }, 'delivery could not be consumed; trying again');
    if (lane === undefined || error instanceof StoreUnavailable) return 'failed';
    return putAside(store, logger, deliveryId);
  }
}

/** What fails for a reason of its own may fail for long: what else its instance has thrown does not wait for it. */
async function putAside(store: Store, logger: Logger, deliveryId: string): Promise<Consumption> {
  try {
    await store.transact((tx) => {
      tx.deliveries.leaveLane(deliveryId);
      return Promise.resolve();
    });
    return 'put aside';
  } catch (error) {
    logger.error({ err: error, deliveryId }, 'delivery could not be put aside; trying again');
    return 'failed';
  }
}
