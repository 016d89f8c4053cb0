import { applyCommand } from '../apply-command.js';
import { applied } from '../instances.js';
import { loadHeldJob } from '../jobs.js';
import type { JobHolder, ThrowEscalationInput } from '../runtime.js';
import type { UseCase } from '../unit.js';

/** The worker throws an escalation. */
export function throwJobEscalation(jobId: string, input: ThrowEscalationInput & JobHolder): UseCase<null> {
  return async (unit) => {
    const held = await loadHeldJob(unit, jobId, input);
    if (!held.ok) return held;
    const { instance, job } = held.value;
    const { escalationCode, variables = {} } = input;
    return applied(
      applyCommand(unit, instance, {
        type: 'throwJobEscalation',
        elementInstanceKey: job.elementInstanceKey,
        waitKey: job.jobKey,
        escalationCode,
        variables,
      }),
    );
  };
}
