import type { Variables } from '../../engine/json.js';
import { applyCommand } from '../apply-command.js';
import { applied } from '../instances.js';
import type { UseCase } from '../unit.js';
import { loadOpenTask } from '../user-tasks.js';

/** The person has done the task. */
export function completeUserTask(
  userTaskId: string,
  input: { readonly variables?: Variables },
): UseCase<null> {
  return async (unit) => {
    const loaded = await loadOpenTask(unit, userTaskId);
    if (!loaded.ok) return loaded;
    const { instance, task } = loaded.value;
    return applied(
      applyCommand(unit, instance, {
        type: 'completeUserTask',
        elementInstanceKey: task.elementInstanceKey,
        waitKey: task.userTaskKey,
        variables: input.variables ?? {},
      }),
    );
  };
}
