import type { Variables } from '../../engine/json.js';
import { ROOT_KEY } from '../../engine/state.js';
import { partsOf } from '../ids.js';
import { commandInstance, notFound } from '../instances.js';
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
    return commandInstance(unit, processInstanceId, {
      type: 'setVariables',
      scopeKey: scope?.key ?? ROOT_KEY,
      variables,
    });
  };
}
