import type { ExecutableProcess } from '../engine/process-model.js';
import { readBpmn } from '../definitions/index.js';
import type { ProcessDefinitionRow, ResourceRow } from './ports.js';

/** Where a model's text comes from when it is not in memory: a transaction or the committed reads. */
export interface DefinitionSource {
  find(
    tenantId: string,
    processDefinitionId: string,
  ): Promise<Pick<ProcessDefinitionRow, 'bpmnProcessId' | 'resourceId'> | undefined>;
  loadResource(
    tenantId: string,
    resourceId: string,
  ): Promise<Pick<ResourceRow, 'name' | 'content'> | undefined>;
}

const PROCESSES_KEPT = 500;

/**
 * Executable processes by definition id. Deployed models never change, so what is here is always right; the least recently used
 * ones are forgotten and read again when needed.
 */
export class DefinitionCache {
  private readonly processes = new Map<string, ExecutableProcess>();

  /** @throws Error when a stored model cannot be built any more: a bug of ours. */
  async get(
    source: DefinitionSource,
    tenantId: string,
    processDefinitionId: string,
  ): Promise<ExecutableProcess> {
    const cached = this.processes.get(processDefinitionId);
    if (cached) {
      this.keep(processDefinitionId, cached);
      return cached;
    }
    const process = await this.read(source, tenantId, processDefinitionId);
    this.keep(processDefinitionId, process);
    return process;
  }

  private keep(processDefinitionId: string, process: ExecutableProcess): void {
    this.processes.delete(processDefinitionId);
    this.processes.set(processDefinitionId, process);
    if (this.processes.size <= PROCESSES_KEPT) return;
    const oldest = this.processes.keys().next().value;
    if (oldest !== undefined) this.processes.delete(oldest);
  }

  private async read(
    source: DefinitionSource,
    tenantId: string,
    processDefinitionId: string,
  ): Promise<ExecutableProcess> {
    const row = await source.find(tenantId, processDefinitionId);
    const resource = row && (await source.loadResource(tenantId, row.resourceId));
    if (!row || !resource)
      throw new Error(`Expected process definition ${processDefinitionId} to be stored.`);
    const result = await readBpmn({ name: resource.name, content: resource.content }, { purpose: 'load' });
    const read = result.ok
      ? result.processes.find(({ process }) => process.bpmnProcessId === row.bpmnProcessId)
      : undefined;
    if (!read) {
      const reasons = result.diagnostics.map(
        ({ code, elementId, message }) => `${code} ${elementId ?? ''} ${message}`,
      );
      throw new Error(`Expected the stored model of ${processDefinitionId} to load: ${reasons.join('; ')}`);
    }
    return read.process;
  }
}
