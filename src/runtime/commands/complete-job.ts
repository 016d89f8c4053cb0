import type { Variables } from '../../engine/json.js';
import { applyCommand } from '../apply-command.js';
import { applied } from '../instances.js';
import { loadHeldJob } from '../jobs.js';
import type { UseCase } from '../unit.js';

/** The worker has done the job that it holds. */
export function completeJob(
  jobId: string,
  { variables = {}, fence }: { readonly variables?: Variables; readonly fence?: number },
): UseCase<null> {
  return async (unit) => {
    const held = await loadHeldJob(unit, jobId, fence);
    if (!held.ok) return held;
    const { instance, job } = held.value;
    const { elementInstanceKey, jobKey } = job;
    return applied(
      applyCommand(unit, instance, { type: 'completeJob', elementInstanceKey, waitKey: jobKey, variables }),
    );
  };
}
