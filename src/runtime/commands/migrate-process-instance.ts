import { migrateInstance } from '../apply-command.js';
import { loadInstance } from '../instances.js';
import { asJson } from '../audit.js';
import { noteInstance } from '../note-change.js';
import { done, refused } from '../outcome.js';
import { isWithinProcesses } from '../reach.js';
import type { MigrateInput, MigratedInstance } from '../runtime.js';
import type { UseCase } from '../unit.js';

/** Lets an instance go on by another definition; with `dryRun` it is only said whether it can. */
export function migrateProcessInstance(
  processInstanceId: string,
  { targetProcessDefinitionId, mappings = [], dryRun = false }: MigrateInput,
): UseCase<MigratedInstance> {
  return async (unit) => {
    const loaded = await loadInstance(unit, processInstanceId);
    if (!loaded.ok) return loaded;
    const target = await unit.tx.definitions.find(unit.context.tenantId, targetProcessDefinitionId);
    if (!target || !isWithinProcesses(unit.context.reach, target.bpmnProcessId)) {
      const message = `Expected a process definition "${targetProcessDefinitionId}" but there is none.`;
      const errors = [{ path: '/targetProcessDefinitionId', message }];
      return refused('invalid-argument', message, { errors });
    }
    const { processDefinitionId: sourceProcessDefinitionId } = loaded.value;
    const migrated = await migrateInstance(unit, loaded.value, target, mappings, { dryRun });
    if (!migrated.ok) return migrated;
    const { bpmnProcessId, version } = target;
    const after = { ...loaded.value, processDefinitionId: targetProcessDefinitionId, bpmnProcessId, version };
    noteInstance(unit, loaded.value, after, { after: asJson({ mappings }) });
    return done({ processInstanceId, sourceProcessDefinitionId, targetProcessDefinitionId, dryRun });
  };
}
