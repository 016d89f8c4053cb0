import type { Found, ProcessDefinition } from './answers.js';
import { search } from './api.js';

const known = new Map<string, string>();

/**
 * The names of process definitions by id, which never change; the id of the process where the model has no name. Those
 * that have been deleted are absent. Throws as `search` does.
 */
export async function definitionNames(
  ids: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const missing = [...new Set(ids)].filter((id) => !known.has(id));
  if (missing.length > 0) {
    const filter = { processDefinitionId: { $in: missing } };
    const body = { filter, page: { limit: missing.length } };
    const found = await search<Found<ProcessDefinition>>('/v1/process-definitions/search', body, signal);
    for (const { processDefinitionId, name, bpmnProcessId } of found.items) {
      known.set(processDefinitionId, name ?? bpmnProcessId);
    }
  }
  return known;
}
