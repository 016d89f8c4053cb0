import type { OpenedSubscription } from '../apply-command.js';
import { applyCommand } from '../apply-command.js';
import { idOf } from '../ids.js';
import { loadInstance } from '../instances.js';
import { noteInstance } from '../note-change.js';
import { done } from '../outcome.js';
import type { ProcessInstanceRow } from '../ports.js';
import type { Unit, UseCase } from '../unit.js';

/** The instance goes on: timers that came due meanwhile fire at once, and what was kept for it is delivered. */
export function resumeProcessInstance(processInstanceId: string): UseCase<null> {
  return async (unit) => {
    const { tx, wakeups } = unit;
    const loaded = await loadInstance(unit, processInstanceId);
    if (!loaded.ok) return loaded;
    const open = loaded.value.state.suspended ? await openSubscriptions(unit, loaded.value) : [];
    const resumed = await applyCommand(unit, loaded.value, { type: 'resumeProcessInstance' }, open);
    if (!resumed.ok) return resumed;
    noteInstance(unit, loaded.value, resumed.value);
    const types = await tx.jobs.resume(processInstanceId);
    tx.timers.resume(processInstanceId);
    tx.afterCommit(() => {
      for (const type of types) wakeups.jobsOfferedAt(loaded.value.tenantId, type, tx.now);
      wakeups.timerScheduled(tx.now);
    });
    return done(null);
  };
}

/** Those that were opened while it was suspended have not looked for buffered messages. */
async function openSubscriptions(
  unit: Unit,
  { tenantId, processInstanceId, state }: ProcessInstanceRow,
): Promise<readonly OpenedSubscription[]> {
  const keys = state.elementInstances
    .values()
    .flatMap(({ waits = [] }) => waits.flatMap(({ kind, key }) => (kind === 'message' ? [key] : [])));
  const found: OpenedSubscription[] = [];
  for (const key of keys) {
    const row = await unit.tx.messageSubscriptions.load(tenantId, idOf(processInstanceId, key));
    if (row) found.push(row);
  }
  return found;
}
