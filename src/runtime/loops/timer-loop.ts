import type { Clock } from '../../platform/clock.js';
import type { Logger } from '../../platform/logger.js';
import { startByTimer } from '../commands/start-by-timer.js';
import { triggerDueTimer } from '../commands/trigger-timer.js';
import type { Executor } from '../executor.js';
import type { Store, TimerRow } from '../ports.js';
import { Sleeper } from '../sleeper.js';
import { UnknownKind } from '../unknown-kind.js';
import { Failures } from './failures.js';
import { LOOK_AGAIN_MS, RETRY_MS, TAKEN_MS, UNKNOWN_MS, loopContext } from './loop.js';
import { UnknownLog } from './unknown-log.js';

/** Timers fired at once: enough to fill a commit group, few enough to leave room for requests. */
const BATCH = 100;

/** The loop, and how it learns of timers. */
export interface TimerLoop {
  readonly loop: Sleeper;
  /** A timer has been set, here or on another node, for that time by the database's clock: it is looked for then. */
  scheduled(dueAt: number): void;
}

/**
 * Fires timers that are due, whoever set them, and sleeps until the next one. One that came due while no server ran fires at
 * once. The database row is the timer: nothing is kept in memory but when to look.
 */
export function timerLoop(store: Store, executor: Executor, clock: Clock, logger: Logger): TimerLoop {
  const failures = new Failures(clock);
  const unknown = new UnknownLog(logger);
  // When a timer is due is the database's word; how long we sleep is told by this node's clock, which may be ahead, or (less than 0) behind.
  let aheadMs = 0;
  const work = async (): Promise<number> => {
    const limit = BATCH + failures.count();
    const { found, storeNow, ahead } = await store.transact(async (tx) => ({
      storeNow: tx.now,
      ahead: clock.now() - tx.now,
      found: await tx.timers.due(limit),
    }));
    aheadMs = ahead;
    const due = found.filter(({ timerId }) => !failures.isPaused(timerId)).slice(0, BATCH);
    const pauses = await Promise.all(due.map((timer) => fire(executor, logger, unknown, timer)));
    for (const [index, { timerId }] of due.entries()) {
      const pauseMs = pauses[index] ?? 0;
      if (pauseMs > 0) failures.add(timerId, pauseMs);
    }
    if (due.length === BATCH) return clock.now();
    const next = (await store.queries.nextTimerDueAt()) ?? Infinity;
    const soonest = next <= storeNow ? clock.now() + TAKEN_MS : next + aheadMs;
    return Math.min(soonest, clock.now() + LOOK_AGAIN_MS);
  };
  const loop = new Sleeper(clock, work, (error) => {
    logger.error({ err: error }, 'timers could not be read; trying again');
    return clock.now() + RETRY_MS;
  });
  return { loop, scheduled: (dueAt) => loop.wakeAt(dueAt + aheadMs) };
}

/** @returns for how many milliseconds to pass it over */
async function fire(
  executor: Executor,
  logger: Logger,
  unknown: UnknownLog,
  timer: TimerRow,
): Promise<number> {
  const { timerId, tenantId, processInstanceId } = timer;
  const context = loopContext(tenantId, 'timer');
  try {
    const outcome =
      processInstanceId === undefined
        ? await executor.run(context, startByTimer(timerId))
        : await executor.run(context, triggerDueTimer(timerId, processInstanceId), {
            instanceId: processInstanceId,
            firstRead: { kind: 'timer', id: timerId },
          });
    if (!outcome.ok)
      logger.warn({ timerId, problem: outcome.problem }, 'timer fired too late: nothing waits for it');
    return 0;
  } catch (error) {
    if (error instanceof UnknownKind) {
      unknown.tell(error, { tenantId, timerId });
      return UNKNOWN_MS;
    }
    logger.error({ err: error, timerId, processInstanceId }, 'timer could not be fired; trying again');
    return RETRY_MS;
  }
}
