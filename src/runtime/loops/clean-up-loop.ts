import type { Clock } from '../../platform/clock.js';
import type { Logger } from '../../platform/logger.js';
import type { Store } from '../ports.js';
import { Sleeper } from '../sleeper.js';

/** Rows deleted in one transaction, so that none holds a lock for long. */
const BATCH = 200;
const EVERY_MS = 60_000;

/** Deletes messages that have expired and idempotency records that are not given again any more. */
export function cleanUpLoop(store: Store, clock: Clock, logger: Logger): Sleeper {
  const work = async (): Promise<number> => {
    const removed = await store.transact(async (tx) =>
      Math.max(await tx.messages.removeExpired(BATCH), await tx.idempotency.removeExpired(BATCH)),
    );
    return clock.now() + (removed < BATCH ? EVERY_MS : 0);
  };
  return new Sleeper(clock, work, (error) => {
    logger.error({ err: error }, 'clean-up failed; trying again');
    return clock.now() + EVERY_MS;
  });
}
