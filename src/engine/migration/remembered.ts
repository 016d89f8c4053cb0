import type { CompensationRecord, ElementInstance } from '../state.js';
import { elementProblem } from './element-problem.js';
import type { ModelMapping } from './mapping.js';

/** The ids of all elements that an element instance remembers as completed, at every depth. */
export function rememberedIds({
  compensations = [],
  compensating = [],
}: ElementInstance): ReadonlySet<string> {
  const ids = new Set<string>();
  const pending: CompensationRecord[] = [...compensations, ...compensating];
  for (let record = pending.pop(); record; record = pending.pop()) {
    ids.add(record.elementId);
    pending.push(...(record.inner ?? []));
  }
  return ids;
}

/** Why what has completed could not be compensated by the target as it could be by the source; undefined where it could. */
export function rememberedProblem(mapping: ModelMapping, instance: ElementInstance): string | undefined {
  for (const id of rememberedIds(instance)) {
    const source = mapping.source.elements.get(id);
    const target = mapping.targetOf(id);
    const what = `"${id}", which has completed and can be compensated,`;
    if (!source) throw new Error(`Expected element "${id}" in the definition of its instance.`);
    if (!target) return `Expected ${what} to be mapped, as the target has no element "${mapping.idOf(id)}".`;
    const problem = elementProblem(source, target);
    if (problem !== undefined) return problem;
    const around = source.parentId === undefined ? undefined : mapping.idOf(source.parentId);
    if (target.parentId !== around)
      return `Expected ${what} to be mapped to an element of "${around ?? mapping.target.bpmnProcessId}" but "${target.id}" is none.`;
  }
  return undefined;
}
