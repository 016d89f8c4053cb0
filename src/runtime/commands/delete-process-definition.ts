import { keepArrivals } from '../arrivals.js';
import { notFound } from '../instances.js';
import { done, refused } from '../outcome.js';
import { isWithinProcesses } from '../reach.js';
import { planStarts, registerStarts, removeStarts, startsToCome } from '../starts.js';
import type { UseCase } from '../unit.js';
import { startByBuffered } from './start-by-kept.js';

/** Takes a version away that no instance runs; where it was the latest, the one before takes over its starts. */
export function deleteProcessDefinition(processDefinitionId: string): UseCase<null> {
  return async (unit) => {
    const { tenantId, reach } = unit.context;
    const { definitions } = unit.tx;
    await definitions.lockDeployments(tenantId);
    const row = await definitions.lockForRemoval(tenantId, processDefinitionId);
    if (!row || !isWithinProcesses(reach, row.bpmnProcessId))
      return notFound('process definition', processDefinitionId);
    const running = await definitions.countActiveInstances(tenantId, processDefinitionId);
    if (running > 0) {
      return refused(
        'invalid-state',
        `Expected process definition "${processDefinitionId}" to have no active instances but it has ${running}.`,
      );
    }
    const latest = await definitions.findLatest(tenantId, row.bpmnProcessId);
    const { bpmnProcessId, version } = row;
    unit.audit.change({ bpmnProcessId, version }, undefined);
    definitions.remove(row);
    if (latest?.processDefinitionId !== processDefinitionId) return done(null);
    removeStarts(unit, row);
    const before = await definitions.findLatest(tenantId, row.bpmnProcessId);
    if (!before) {
      await keepArrivals(unit, row, []);
      return done(null);
    }
    const process = await unit.definitions.get(definitions, tenantId, before.processDefinitionId);
    // Its starts were right when it was deployed; one that has none by now (a cycle past its end) starts nothing more.
    const starts = startsToCome(planStarts(process, unit.tx.now).starts, unit.tx.now);
    const names = await registerStarts(unit, before, starts);
    await startByBuffered(unit, new Map(names.map((name) => [name, [before.bpmnProcessId]])));
    return done(null);
  };
}
