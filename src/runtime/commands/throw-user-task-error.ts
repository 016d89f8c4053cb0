import { applyCommand } from '../apply-command.js';
import { applied } from '../instances.js';
import type { ThrowErrorInput } from '../runtime.js';
import type { UseCase } from '../unit.js';
import { loadOpenTask } from '../user-tasks.js';

/** The person throws a BPMN error from the task. */
export function throwUserTaskError(userTaskId: string, input: ThrowErrorInput): UseCase<null> {
  return async (unit) => {
    const loaded = await loadOpenTask(unit, userTaskId);
    if (!loaded.ok) return loaded;
    const { instance, task } = loaded.value;
    const { errorCode, errorMessage, variables = {} } = input;
    return applied(
      applyCommand(unit, instance, {
        type: 'throwUserTaskError',
        elementInstanceKey: task.elementInstanceKey,
        waitKey: task.userTaskKey,
        errorCode,
        ...(errorMessage === undefined ? {} : { errorMessage }),
        variables,
      }),
    );
  };
}
