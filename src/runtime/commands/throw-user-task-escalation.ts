import { applyCommand } from '../apply-command.js';
import { applied } from '../instances.js';
import type { ThrowEscalationInput } from '../runtime.js';
import type { UseCase } from '../unit.js';
import { loadOpenTask } from '../user-tasks.js';

/** The person throws an escalation from the task. */
export function throwUserTaskEscalation(userTaskId: string, input: ThrowEscalationInput): UseCase<null> {
  return async (unit) => {
    const loaded = await loadOpenTask(unit, userTaskId);
    if (!loaded.ok) return loaded;
    const { instance, task } = loaded.value;
    const { escalationCode, variables = {} } = input;
    return applied(
      applyCommand(unit, instance, {
        type: 'throwUserTaskEscalation',
        elementInstanceKey: task.elementInstanceKey,
        waitKey: task.userTaskKey,
        escalationCode,
        variables,
      }),
    );
  };
}
