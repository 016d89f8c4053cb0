import type { Execution } from '../execution.js';
import type { CompensationThrowDefinition } from '../process-model.js';
import { ROOT_KEY } from '../state.js';
import { beginCompensation } from './compensate.js';

/**
 * BPMN 2.0.2 §10.5.5, §13.5.5: compensates one activity of the scope, or all that have completed in it. From an event sub-process
 * it reaches the scope around that too. The throw event waits for the handlers; where it is not to wait, each scope does.
 */
export function throwCompensation(
  execution: Execution,
  key: number,
  { activityId, waitForCompletion }: CompensationThrowDefinition,
): void {
  const found = scopesInReach(execution, key).flatMap((scope) => {
    const { compensations = [] } = execution.instance(scope);
    const records = compensations.filter(({ elementId }) => !activityId || elementId === activityId);
    return records.length > 0 ? [{ scope, records }] : [];
  });
  if (!waitForCompletion) {
    for (const { scope, records } of found) beginCompensation(execution, scope, records, [scope]);
  } else if (found.length > 0) {
    const records = found.flatMap((inScope) => inScope.records);
    const scopes = found.map(({ scope }) => scope);
    return beginCompensation(execution, key, records, scopes);
  }
  execution.complete(key);
}

/** The scope of the throw event, and, as long as that is an event sub-process, the scope around it; the outermost first. */
function scopesInReach(execution: Execution, key: number): readonly number[] {
  let at = execution.scopeOf(key);
  const reached = [at];
  while (at !== ROOT_KEY && isEventSubProcess(execution, at)) {
    at = execution.scopeOf(at);
    reached.unshift(at);
  }
  return reached;
}

function isEventSubProcess(execution: Execution, key: number): boolean {
  const element = execution.element(execution.instance(key).elementId);
  return element.type === 'subProcess' && element.triggeredByEvent;
}
