import type { Variables } from '../../engine/json.js';
import { startInstance } from '../apply-command.js';
import type { TriggeredStart } from '../triggered-starts.js';
import type { Unit } from '../unit.js';

/** Starts an instance with the correlation key, if there is one, as business key, which the instance holds while it is active. */
export async function startWithKey(
  unit: Unit,
  { tenantId, elementId, definition }: Pick<TriggeredStart, 'tenantId' | 'elementId' | 'definition'>,
  { correlationKey, variables }: { readonly correlationKey?: string; readonly variables: Variables },
): Promise<string> {
  const outcome = await startInstance(unit, definition, {
    startElementId: elementId,
    variables,
    ...(correlationKey === undefined ? {} : { businessKey: correlationKey }),
  });
  if (!outcome.ok) throw new Error(`A triggered start refused to start: ${outcome.problem.detail}`);
  const { processInstanceId, bpmnProcessId, state } = outcome.value;
  if (correlationKey && state.status === 'active')
    unit.tx.messageStarts.hold({ tenantId, bpmnProcessId, correlationKey, processInstanceId });
  return processInstanceId;
}
