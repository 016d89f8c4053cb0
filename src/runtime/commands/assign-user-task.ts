import { noteUserTask } from '../note-change.js';
import type { Outcome } from '../outcome.js';
import { done, refused } from '../outcome.js';
import type { UserTaskRow } from '../ports.js';
import type { UserTaskUpdate } from '../runtime.js';
import type { Unit, UseCase } from '../unit.js';
import { loadOpenTaskAlone } from '../user-tasks.js';

/** Takes a task that nobody else has, for the assignee or else for who asks. Claiming one's own task again changes nothing. */
export function claimUserTask(userTaskId: string, input: { readonly assignee?: string }): UseCase<null> {
  return change(userTaskId, (task, unit) => {
    const assignee = input.assignee ?? unit.context.actor;
    if (task.assignee !== undefined && task.assignee !== assignee) {
      return refused(
        'invalid-state',
        `Expected user task "${userTaskId}" to be free but it is assigned to "${task.assignee}".`,
      );
    }
    return done({ ...task, assignee });
  });
}

/** Gives a task back to its candidates; with `isOwnOnly`, none that somebody else has. */
export function unclaimUserTask(
  userTaskId: string,
  { isOwnOnly = false }: { readonly isOwnOnly?: boolean } = {},
): UseCase<null> {
  return change(userTaskId, ({ assignee, ...task }, { context: { actor } }) => {
    if (isOwnOnly && assignee !== undefined && assignee !== actor) {
      return refused(
        'forbidden',
        `Expected user task "${userTaskId}" to be assigned to "${actor}" but it is assigned to "${assignee}", and ${actor} does not have the permission user-task:update.`,
      );
    }
    return done(task);
  });
}

/** Changes who may do the task and when it is due. */
export function updateUserTask(userTaskId: string, update: UserTaskUpdate): UseCase<null> {
  return change(userTaskId, (task) => {
    const { assignee, dueAt, followUpAt, ...kept } = task;
    return done({
      ...kept,
      candidateGroups: update.candidateGroups ?? task.candidateGroups,
      candidateUsers: update.candidateUsers ?? task.candidateUsers,
      priority: update.priority ?? task.priority,
      ...present('assignee', update.assignee === undefined ? assignee : update.assignee),
      ...present('dueAt', update.dueAt === undefined ? dueAt : update.dueAt),
      ...present('followUpAt', update.followUpAt === undefined ? followUpAt : update.followUpAt),
    });
  });
}

function present<K extends string, V>(name: K, value: V | null | undefined): { [P in K]?: V } {
  return value === null || value === undefined ? {} : ({ [name]: value } as { [P in K]: V });
}

/** The task's row alone is changed: the instance does not care who does it. */
function change(
  userTaskId: string,
  to: (task: UserTaskRow, unit: Unit) => Outcome<UserTaskRow>,
): UseCase<null> {
  return async (unit) => {
    const loaded = await loadOpenTaskAlone(unit, userTaskId);
    if (!loaded.ok) return loaded;
    const changed = to(loaded.value, unit);
    if (!changed.ok) return changed;
    noteUserTask(unit, loaded.value, changed.value);
    unit.tx.userTasks.save(changed.value);
    return done(null);
  };
}
