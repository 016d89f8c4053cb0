import type { Variables } from '../../engine/json.js';
import { ROOT_KEY } from '../../engine/state.js';
import { partsOf } from '../ids.js';
import { applyCommand } from '../apply-command.js';
import { applied, loadInstance, notFound } from '../instances.js';
import { noteVariables } from '../note-change.js';
import type { UseCase } from '../unit.js';

/** Writes variables to an instance, or to one of its scopes. */
export function setVariables(
  processInstanceId: string,
  input: { readonly variables: Variables; readonly scopeElementInstanceId?: string },
): UseCase<null> {
  return async (unit) => {
    const { scopeElementInstanceId: scopeId, variables } = input;
    const scope = scopeId === undefined ? undefined : partsOf(scopeId);
    if (scopeId !== undefined && scope?.processInstanceId !== processInstanceId) {
      return notFound('element instance', scopeId);
    }
    const loaded = await loadInstance(unit, processInstanceId);
    if (!loaded.ok) return loaded;
    const scopeKey = scope?.key ?? ROOT_KEY;
    noteVariables(unit, loaded.value, scopeKey, variables);
    return applied(applyCommand(unit, loaded.value, { type: 'setVariables', scopeKey, variables }));
  };
}
