import type { z } from 'zod';
import type { processDefinition } from '../../contract/process-definitions.js';
import type { ProcessDefinitionRow } from '../../runtime/ports.js';
import { timeText } from './time-text.js';

/** A process definition as the contract shows it. */
export function processDefinitionView(row: ProcessDefinitionRow): z.input<typeof processDefinition> {
  return {
    processDefinitionId: row.processDefinitionId,
    bpmnProcessId: row.bpmnProcessId,
    name: row.name,
    version: row.version,
    versionTag: row.versionTag,
    deploymentId: row.deploymentId,
    resourceName: row.resourceName,
    deployedAt: timeText(row.deployedAt),
  };
}
