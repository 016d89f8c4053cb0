import type { CompensationRecord, ElementInstance } from '../state.js';
import { compensationStart } from '../compensation/compensation-start.js';
import type { ExecutableProcess } from '../process-model.js';
import { elementProblem } from './element-problem.js';
import type { ModelMapping } from './mapping.js';

/** The ids of all elements that an element instance remembers as completed, at every depth. */
export function rememberedIds({
  compensations = [],
  compensating = [],
}: ElementInstance): ReadonlySet<string> {
  return new Set(recordsOf({ compensations, compensating }).map(({ elementId }) => elementId));
}

function recordsOf({
  compensations = [],
  compensating = [],
}: Pick<ElementInstance, 'compensations' | 'compensating'>): readonly CompensationRecord[] {
  const records: CompensationRecord[] = [...compensations, ...compensating];
  for (const { inner = [] } of records) records.push(...inner);
  return records;
}

/** What an activity has done must not become final by a definition that has nothing to undo it with. */
function undoProblem(mapping: ModelMapping, instance: ElementInstance): string | undefined {
  for (const { elementId, isOpen } of recordsOf(instance)) {
    const target = mapping.targetOf(elementId);
    if (isOpen || !target || !isUndone(mapping.source, elementId)) continue;
    if (!isUndone(mapping.target, target.id))
      return `Expected "${target.id}" to have a compensation handler, as "${elementId}" has completed and can be compensated, but it has none.`;
  }
  return undefined;
}

function isUndone(process: ExecutableProcess, id: string): boolean {
  const element = process.elements.get(id);
  return (
    process.compensationHandlers.has(id) ||
    (element !== undefined && compensationStart(element) !== undefined)
  );
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
  return undoProblem(mapping, instance);
}
