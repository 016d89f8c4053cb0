import { applyCommand } from '../apply-command.js';
import { loadInstance } from '../instances.js';
import { noteInstance } from '../note-change.js';
import { done } from '../outcome.js';
import type { UseCase } from '../unit.js';

/** The instance stands still: its timers do not fire, its jobs are not given out, and what comes for it is kept. */
export function suspendProcessInstance(processInstanceId: string): UseCase<null> {
  return async (unit) => {
    const loaded = await loadInstance(unit, processInstanceId);
    if (!loaded.ok) return loaded;
    const suspended = await applyCommand(unit, loaded.value, { type: 'suspendProcessInstance' });
    if (!suspended.ok) return suspended;
    noteInstance(unit, loaded.value, suspended.value);
    unit.tx.jobs.suspend(processInstanceId);
    unit.tx.timers.suspend(processInstanceId);
    return done(null);
  };
}
