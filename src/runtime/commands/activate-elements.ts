import type { Variables } from '../../engine/json.js';
import { applyCommand } from '../apply-command.js';
import { applied, endedOrNotFound, loadOwner } from '../instances.js';
import { refused } from '../outcome.js';
import { isBarredFromWriting, noVariablesWritten } from '../reach.js';
import type { UseCase } from '../unit.js';

/** The performer of an ad-hoc sub-process chooses what is done next. */
export function activateElements(
  elementInstanceId: string,
  input: { readonly elementIds: readonly string[]; readonly variables: Variables },
): UseCase<null> {
  return async (unit) => {
    const owner = await loadOwner(unit, 'element instance', elementInstanceId);
    if (!owner.ok) return owner;
    const { row, key: elementInstanceKey } = owner.value;
    if (isBarredFromWriting(unit.context.reach, [input])) return refused('forbidden', noVariablesWritten);
    if (!row.state.elementInstances.has(elementInstanceKey))
      return endedOrNotFound(row, elementInstanceKey, 'element instance', elementInstanceId);
    const { elementIds, variables } = input;
    return applied(
      applyCommand(unit, row, { type: 'activateElements', elementInstanceKey, elementIds, variables }),
    );
  };
}
