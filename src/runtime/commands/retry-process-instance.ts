import type { ProcessInstanceState } from '../../engine/state.js';
import { applyCommand } from '../apply-command.js';
import { batchLimits } from '../batch-limits.js';
import { idOf } from '../ids.js';
import { loadInstance } from '../instances.js';
import { noteInstance } from '../note-change.js';
import { done, refused } from '../outcome.js';
import type { Unit, UseCase } from '../unit.js';

/**
 * Resolves every incident of an instance: each step that could not be taken is taken again, jobs whose retries ran out are
 * offered again.
 * @param retries what such a job gets; default one.
 */
export function retryProcessInstance(processInstanceId: string, retries?: number): UseCase<null> {
  return async (unit) => {
    const loaded = await loadInstance(unit, processInstanceId);
    if (!loaded.ok) return loaded;
    let row = loaded.value;
    const incidents = incidentsOf(row.state);
    if (incidents.length === 0) {
      const found = row.state.status === 'active' ? 'it has none' : 'it has ended';
      return refused(
        'invalid-state',
        `Expected process instance "${processInstanceId}" to have an incident but ${found}.`,
      );
    }
    if (incidents.length > batchLimits.incidentsPerRetry) {
      const most = batchLimits.incidentsPerRetry;
      return refused('limit-exceeded', `Expected at most ${most} incidents but found ${incidents.length}.`);
    }
    for (const { elementInstanceKey, incidentKey } of incidents) {
      // A step that is taken again may have ended the scope of another.
      if (row.state.elementInstances.get(elementInstanceKey)?.incident?.key !== incidentKey) continue;
      const job = await offerJob(unit, idOf(processInstanceId, incidentKey));
      const resolved = await applyCommand(unit, row, {
        type: 'resolveIncident',
        elementInstanceKey,
        incidentKey,
      });
      if (!resolved.ok) {
        throw new Error(`An incident that was just found open refused: ${resolved.problem.detail}`);
      }
      row = resolved.value;
      if (job !== undefined && retries !== undefined) unit.tx.jobs.retry(job, retries, unit.tx.now);
    }
    noteInstance(unit, loaded.value, row, {
      before: { incidents: incidents.length },
      after: retries === undefined ? {} : { retries },
    });
    return done(null);
  };
}

/** Wakes who waits for the job of an incident, where it has one; answers the job's id. */
async function offerJob({ tx, context, wakeups }: Unit, incidentId: string): Promise<string | undefined> {
  const incident = await tx.incidents.load(context.tenantId, incidentId);
  if (incident?.jobId === undefined) return undefined;
  const job = await tx.jobs.load(context.tenantId, incident.jobId);
  if (job) tx.afterCommit(() => wakeups.jobsOffered(job.tenantId, job.type, 1));
  return job?.jobId;
}

function incidentsOf({ elementInstances }: ProcessInstanceState) {
  return elementInstances
    .entries()
    .flatMap(([key, { incident }]) =>
      incident === undefined ? [] : [{ elementInstanceKey: key, incidentKey: incident.key }],
    );
}
