import { applyCommand } from '../apply-command.js';
import { applied, loadInstance } from '../instances.js';
import { done } from '../outcome.js';
import type { UseCase } from '../unit.js';

/** The instance goes on: timers that came due meanwhile fire at once, and what was kept for it is delivered. */
export function resumeProcessInstance(processInstanceId: string): UseCase<null> {
  return async (unit) => {
    const { tx, wakeups } = unit;
    const loaded = await loadInstance(unit, processInstanceId);
    if (!loaded.ok) return loaded;
    const resumed = await applied(applyCommand(unit, loaded.value, { type: 'resumeProcessInstance' }));
    if (!resumed.ok) return resumed;
    const types = await tx.jobs.resume(processInstanceId);
    tx.timers.resume(processInstanceId);
    tx.afterCommit(() => {
      for (const type of types) wakeups.jobsOfferedAt(loaded.value.tenantId, type, tx.now);
      wakeups.timerScheduled(tx.now);
    });
    return done(null);
  };
}
