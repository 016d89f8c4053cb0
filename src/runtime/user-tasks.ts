import { loadOwner, notFound } from './instances.js';
import type { Outcome } from './outcome.js';
import { done, refused } from './outcome.js';
import type { ProcessInstanceRow, UserTaskRow } from './ports.js';
import { isWithinTasks } from './reach.js';
import type { Unit } from './unit.js';

/** Loads and locks an open user task with its instance, the instance first. */
export async function loadOpenTask(
  unit: Unit,
  userTaskId: string,
): Promise<Outcome<{ readonly instance: ProcessInstanceRow; readonly task: UserTaskRow }>> {
  const owner = await loadOwner(unit, 'user task', userTaskId);
  if (!owner.ok) return owner;
  const loaded = await loadOpenTaskAlone(unit, userTaskId);
  return loaded.ok ? done({ instance: owner.value.row, task: loaded.value }) : loaded;
}

/** Loads and locks an open user task without its instance; for what changes the task's row alone. */
export async function loadOpenTaskAlone(unit: Unit, userTaskId: string): Promise<Outcome<UserTaskRow>> {
  const task = await unit.tx.userTasks.load(unit.context.tenantId, userTaskId);
  if (!task || !isWithinTasks(unit.context.reach, task)) return notFound('user task', userTaskId);
  if (task.state === 'created') return done(task);
  return refused(
    'invalid-state',
    `Expected user task "${userTaskId}" to be created but it is ${task.state}.`,
  );
}
