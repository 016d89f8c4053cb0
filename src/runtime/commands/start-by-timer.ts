import { nextPlan } from '../../engine/event-definitions/timer.js';
import { startInstance } from '../apply-command.js';
import { done } from '../outcome.js';
import { isGathering, triggeredStart } from '../triggered-starts.js';
import type { UseCase } from '../unit.js';
import { arriveForAll } from './start-by-arrival.js';

/** A start timer is due: starts an instance, or counts at a parallel multiple start event, and sets the timer for its next tick, if it is a cycle with ticks left. */
export function startByTimer(timerId: string): UseCase<null> {
  return async (unit) => {
    const { tx, context } = unit;
    // A deployment that replaces the timers of this version must not miss the one that is set here.
    await tx.definitions.lockDeployments(context.tenantId);
    const timer = await tx.timers.load(context.tenantId, timerId);
    if (!timer || timer.dueAt > tx.now) return done(null);
    tx.timers.remove(timerId);
    const start = await triggeredStart(unit, timer);
    if (!start) return done(null);
    const { interval, repetitionsLeft, elementId: startElementId, part } = timer;
    const isCycle = interval !== undefined && repetitionsLeft !== 0;
    const plan = isCycle ? nextPlan(timer, interval, tx.now) : undefined;
    if (plan) {
      const { repetitionsLeft: _before, ...rest } = timer;
      tx.timers.insert({ ...rest, ...plan, timerId: unit.newId() });
      tx.afterCommit(() => unit.wakeups.timerScheduled(plan.dueAt));
    }
    if (part !== undefined && isGathering(start)) {
      await arriveForAll(unit, start, part, {});
      return done(null);
    }
    const started = await startInstance(unit, start.definition, { variables: {}, startElementId });
    return started.ok ? done(null) : started;
  };
}
