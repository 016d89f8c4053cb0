import type { SetVariables } from '../command.js';
import type { Execution } from '../execution.js';
import type { Rejection } from '../rejection.js';
import { ROOT_KEY } from '../state.js';

/** Writes variables to one scope or element instance, the process instance by default. */
export function setVariables(
  execution: Execution,
  { scopeKey = ROOT_KEY, variables }: SetVariables,
): Rejection | undefined {
  if (!execution.find(scopeKey)) {
    const message = `Expected element instance ${scopeKey} of ${execution.state.processInstanceId} to be active but it is not.`;
    return { code: 'not-found', message };
  }
  execution.emit({ type: 'variablesSet', key: scopeKey, variables });
  return undefined;
}
