import { retryPauseMs } from '../../engine/job.js';
import { applyCommand } from '../apply-command.js';
import { applied } from '../instances.js';
import { loadHeldJob } from '../jobs.js';
import { done } from '../outcome.js';
import type { JobHolder } from '../runtime.js';
import type { UseCase } from '../unit.js';

/**
 * The job could not be done: offered again after a back-off as long as retries are left, then an incident. The pause that the model asks
 * for is the least.
 */
export function failJob(
  jobId: string,
  input: {
    readonly retries?: number;
    readonly backoffMs?: number;
    readonly errorMessage: string;
  } & JobHolder,
): UseCase<null> {
  return async (unit) => {
    const held = await loadHeldJob(unit, jobId, input);
    if (!held.ok) return held;
    const { instance, job } = held.value;
    const { errorMessage } = input;
    const retries = input.retries ?? Math.max(0, job.retries - 1);
    if (retries === 0) {
      const { elementInstanceKey, jobKey } = job;
      return applied(
        applyCommand(unit, instance, {
          type: 'exhaustJob',
          elementInstanceKey,
          waitKey: jobKey,
          errorMessage,
        }),
      );
    }
    const { worker: _worker, deadline: _deadline, ...rest } = job;
    const { tx, wakeups } = unit;
    const process = await unit.definitions.get(tx.definitions, job.tenantId, job.processDefinitionId);
    const pauseMs = retryPauseMs(process.elements.get(job.elementId), job.retries, tx.now);
    const backoffMs = Math.max(input.backoffMs ?? 0, pauseMs);
    const availableAt = tx.now + backoffMs;
    tx.jobs.save({ ...rest, state: 'created', retries, availableAt, errorMessage });
    tx.afterCommit(() =>
      backoffMs > 0
        ? wakeups.jobsOfferedAt(job.tenantId, job.type, availableAt)
        : wakeups.jobsOffered(job.tenantId, job.type, 1),
    );
    return done(null);
  };
}
