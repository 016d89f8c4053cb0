import { applyCommand } from '../apply-command.js';
import { applied, loadOwner, notFound } from '../instances.js';
import { refused } from '../outcome.js';
import type { UseCase } from '../unit.js';

/** The step that could not be taken is taken again; a job whose retries ran out is offered again. */
export function resolveIncident(incidentId: string): UseCase<null> {
  return async (unit) => {
    const { tx, context, wakeups } = unit;
    const owner = await loadOwner(unit, 'incident', incidentId);
    if (!owner.ok) return owner;
    const incident = await tx.incidents.load(context.tenantId, incidentId);
    if (!incident) return notFound('incident', incidentId);
    if (incident.resolvedAt !== undefined) {
      return refused('invalid-state', `Expected incident "${incidentId}" to be open but it is resolved.`);
    }
    const job =
      incident.jobId === undefined ? undefined : await tx.jobs.load(context.tenantId, incident.jobId);
    const { code, elementId } = incident;
    unit.audit.change(
      { state: 'open', code, elementId, ...(job === undefined ? {} : { retries: job.retries }) },
      { state: 'resolved', code, elementId },
    );
    if (job) tx.afterCommit(() => wakeups.jobsOffered(job.tenantId, job.type, 1));
    const { elementInstanceKey, incidentKey } = incident;
    return applied(
      applyCommand(unit, owner.value.row, { type: 'resolveIncident', elementInstanceKey, incidentKey }),
    );
  };
}
