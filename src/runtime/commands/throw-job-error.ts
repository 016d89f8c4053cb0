import { applyCommand } from '../apply-command.js';
import { applied } from '../instances.js';
import { loadHeldJob } from '../jobs.js';
import type { JobHolder, ThrowErrorInput } from '../runtime.js';
import type { UseCase } from '../unit.js';

/** The worker throws a BPMN error instead of completing the job. */
export function throwJobError(jobId: string, input: ThrowErrorInput & JobHolder): UseCase<null> {
  return async (unit) => {
    const held = await loadHeldJob(unit, jobId, input);
    if (!held.ok) return held;
    const { instance, job } = held.value;
    const { errorCode, errorMessage, variables = {} } = input;
    return applied(
      applyCommand(unit, instance, {
        type: 'throwJobError',
        elementInstanceKey: job.elementInstanceKey,
        waitKey: job.jobKey,
        errorCode,
        ...(errorMessage === undefined ? {} : { errorMessage }),
        variables,
      }),
    );
  };
}
