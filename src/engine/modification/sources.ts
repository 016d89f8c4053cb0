import type { CancelInstruction } from '../command.js';
import type { Execution } from '../execution.js';
import { ROOT_KEY } from '../state.js';
import { InstructionError } from './instructions.js';

/** Keys of the open element instances that an instruction names: of an activity that is done several times the whole. */
export function sourcesOf(execution: Execution, instruction: CancelInstruction): readonly number[] {
  if ('key' in instruction) {
    const { key } = instruction;
    if (key !== ROOT_KEY && execution.find(key)) return [key];
    throw new InstructionError(
      `Expected element instance ${execution.state.processInstanceId}-${key} to be active but it is not.`,
    );
  }
  const { elementId } = instruction;
  if (!execution.process.elements.has(elementId)) {
    throw new InstructionError(`Expected an element "${elementId}" in the process but found none.`, true);
  }
  const keys = execution.state.elementInstances
    .entries()
    .flatMap(([key, instance]) =>
      instance.elementId === elementId && instance.iteration === undefined && key !== ROOT_KEY ? [key] : [],
    );
  if (keys.length > 0) return keys;
  throw new InstructionError(`Expected "${elementId}" to be active but it is not.`);
}

/** Whether an element instance, or a scope around it, is among the keys. */
export function isWithin(execution: Execution, keys: ReadonlySet<number>, key: number): boolean {
  for (let at: number | undefined = key; at !== undefined; at = execution.find(at)?.scope) {
    if (keys.has(at)) return true;
  }
  return false;
}
