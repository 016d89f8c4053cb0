import type { Execution } from '../execution.js';
import type { CompensationThrowDefinition } from '../process-model.js';
import { ROOT_KEY } from '../state.js';
import { beginCompensation } from './compensate.js';

/**
 * BPMN 2.0.2 §10.5.5, §13.5.5: compensates one activity of the scope, or all that have completed in it. From an event sub-process
 * it reaches the scope around that too. The throw event waits for the handlers; where it is not to wait, each scope does. Of several
 * definitions each asks for an activity of its own; what two ask for is done once.
 */
export function throwCompensation(
  execution: Execution,
  key: number,
  definitions: readonly CompensationThrowDefinition[],
): void {
  const found = scopesInReach(execution, key).flatMap((scope) => {
    const { compensations = [] } = execution.instance(scope);
    return compensations.flatMap((record) => {
      const asked = definitions.filter(({ activityId }) => !activityId || record.elementId === activityId);
      if (asked.length === 0) return [];
      return [{ scope, record, awaited: asked.some(({ waitForCompletion }) => waitForCompletion) }];
    });
  });
  const scopes = [...new Set(found.map(({ scope }) => scope))];
  for (const scope of scopes) {
    const records = found.filter((it) => it.scope === scope && !it.awaited).map(({ record }) => record);
    if (records.length > 0) beginCompensation(execution, scope, records, [scope]);
  }
  const awaited = found.filter((it) => it.awaited).map(({ record }) => record);
  if (awaited.length > 0) beginCompensation(execution, key, awaited, scopes);
  else execution.complete(key);
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
