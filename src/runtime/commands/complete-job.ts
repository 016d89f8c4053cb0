import { applyCommand } from '../apply-command.js';
import { applied } from '../instances.js';
import { loadHeldJob } from '../jobs.js';
import type { CompleteJobInput } from '../runtime.js';
import type { UseCase } from '../unit.js';

/** The worker has done the job that it holds. */
export function completeJob(
  jobId: string,
  { variables = {}, localVariables, ...holder }: CompleteJobInput,
): UseCase<null> {
  return async (unit) => {
    const held = await loadHeldJob(unit, jobId, holder);
    if (!held.ok) return held;
    const { instance, job } = held.value;
    const { elementInstanceKey, jobKey } = job;
    return applied(
      applyCommand(unit, instance, {
        type: 'completeJob',
        elementInstanceKey,
        waitKey: jobKey,
        variables,
        ...(localVariables === undefined ? {} : { localVariables }),
      }),
    );
  };
}
