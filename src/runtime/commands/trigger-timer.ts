import { applyCommand } from '../apply-command.js';
import { partsOf } from '../ids.js';
import { applied, endedOrNotFound, loadInstance, notFound } from '../instances.js';
import { done } from '../outcome.js';
import type { UseCase } from '../unit.js';
import { UnknownKind } from '../unknown-kind.js';

/** Fires a timer of an instance now. */
export function triggerTimer(processInstanceId: string, timerId: string): UseCase<null> {
  return async (unit) => {
    const loaded = await loadInstance(unit, processInstanceId);
    if (!loaded.ok) return loaded;
    const parts = partsOf(timerId);
    const timer = await unit.tx.timers.load(unit.context.tenantId, timerId);
    if (timer?.processInstanceId !== processInstanceId || timer.elementInstanceKey === undefined) {
      if (parts?.processInstanceId !== processInstanceId) return notFound('timer', timerId);
      return endedOrNotFound(loaded.value, parts.key, 'timer', timerId);
    }
    const { elementInstanceKey, timerKey = 0 } = timer;
    const command = { type: 'triggerTimer', elementInstanceKey, waitKey: timerKey } as const;
    return applied(applyCommand(unit, loaded.value, command));
  };
}

/**
 * Fires a timer that the loop found due; one that is gone or was put off meanwhile is passed over.
 * @throws UnknownKind for one that something waits for which only a later release knows
 */
export function triggerDueTimer(timerId: string, processInstanceId: string): UseCase<null> {
  return async (unit) => {
    const row = await unit.tx.processInstances.load(unit.context.tenantId, processInstanceId);
    const timer = await unit.tx.timers.load(unit.context.tenantId, timerId);
    if (timer?.elementInstanceKey === undefined || timer.dueAt > unit.tx.now) return done(null);
    const { elementInstanceKey, timerKey = 0 } = timer;
    const command = { type: 'triggerTimer', elementInstanceKey, waitKey: timerKey } as const;
    const fired = row
      ? await applied(applyCommand(unit, row, command))
      : notFound('process instance', processInstanceId);
    if (fired.ok) return fired;
    // It was suspended after the timer was found due: the timer waits with it.
    if (fired.problem.code === 'suspended') return done(null);
    const waits = row?.state.elementInstances.get(elementInstanceKey)?.waits ?? [];
    const wait = waits.find(({ key }) => key === timerKey);
    if (wait) throw new UnknownKind(`wait ${JSON.stringify(wait.kind)} of a timer`);
    unit.tx.timers.remove(timerId); // A row without its wait would come up for ever.
    return fired;
  };
}
