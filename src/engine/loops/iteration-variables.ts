import type { JsonValue, Variables } from '../json.js';
import type { LoopCharacteristics } from '../process-model.js';

/** The variables that an iteration begins with: which one it is, its item, and its own place for what it will give. */
export function iterationVariables(
  loop: LoopCharacteristics,
  iteration: number,
  item: JsonValue | undefined,
): Variables {
  if (loop.kind === 'standard') return { loopCounter: iteration };
  const { itemVariable, output } = loop;
  return {
    ...(output?.elementVariable === undefined ? {} : { [output.elementVariable]: null }),
    loopCounter: iteration,
    ...(itemVariable === undefined || item === undefined ? {} : { [itemVariable]: item }),
  };
}
