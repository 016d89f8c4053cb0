import { applyCommand } from '../apply-command.js';
import { loadInstance } from '../instances.js';
import { noteInstance } from '../note-change.js';
import { done } from '../outcome.js';
import type { UseCase } from '../unit.js';

/** Ends an instance at once, with everything inside it and everything it called. */
export function cancelProcessInstance(processInstanceId: string): UseCase<null> {
  return async (unit) => {
    const loaded = await loadInstance(unit, processInstanceId);
    if (!loaded.ok) return loaded;
    const canceled = await applyCommand(unit, loaded.value, { type: 'cancelProcessInstance' });
    if (!canceled.ok) return canceled;
    noteInstance(unit, loaded.value, canceled.value);
    return done(null);
  };
}
