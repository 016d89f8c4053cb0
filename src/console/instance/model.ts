import type { ProcessDefinition } from '../answers.js';
import { read, readText, Refused } from '../api.js';

/** A deployed model: what is drawn, and what its elements are called. */
export interface Model {
  readonly name: string;
  readonly version: number;
  readonly xml: string;
  /** The name of an element; undefined where it has none. */
  nameOf(elementId: string): string | undefined;
}

/** A version of a process never changes, so it is read once. */
const known = new Map<string, Model>();

/** Reads a model; undefined when it has been deleted. Throws as `read` does. */
export async function readModel(
  processDefinitionId: string,
  signal: AbortSignal,
): Promise<Model | undefined> {
  const path = `/v1/process-definitions/${encodeURIComponent(processDefinitionId)}`;
  const found = known.get(processDefinitionId);
  if (found !== undefined) return found;
  try {
    const [definition, xml] = await Promise.all([
      read<ProcessDefinition>(path, signal),
      readText(`${path}/xml`, signal),
    ]);
    const names = elementNames(xml);
    const { name, bpmnProcessId, version } = definition;
    const model = { name: name ?? bpmnProcessId, version, xml, nameOf: (id: string) => names.get(id) };
    known.set(processDefinitionId, model);
    return model;
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return undefined;
    throw error;
  }
}

/** Parsed as XML, which runs nothing and loads nothing. The server refuses models with a DOCTYPE. */
function elementNames(xml: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const named of new DOMParser()
    .parseFromString(xml, 'application/xml')
    .querySelectorAll('[id][name]')) {
    const name = named.getAttribute('name')?.trim();
    const id = named.getAttribute('id');
    if (id !== null && name !== undefined && name !== '') names.set(id, name);
  }
  return names;
}
