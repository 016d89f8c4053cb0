import { chooseElements } from '../ad-hoc.js';
import { evaluateStrings } from '../evaluate.js';
import type { Execution } from '../execution.js';
import { IncidentError } from '../incident-error.js';
import type { AdHocSubProcess } from '../process-model.js';
import { prepareEventSubProcesses } from '../scope.js';
import type { ElementBehavior } from './behavior.js';

/**
 * BPMN 2.0.2 §13.3.5: the performer chooses what is done inside, at the beginning by the collection of active elements, later by
 * `activateElements`. Without a completion condition it is done when nothing that was chosen is active any more.
 */
export const adHocSubProcess: ElementBehavior<AdHocSubProcess> = {
  activate(execution, element, key) {
    const elementIds = chosenAtFirst(execution, element, key);
    const arm = prepareEventSubProcesses(execution, key);
    arm();
    if (elementIds.length > 0) chooseElements(execution, element, key, elementIds);
  },
};

function chosenAtFirst(execution: Execution, element: AdHocSubProcess, key: number): readonly string[] {
  if (!element.activeElements) return [];
  const what = `the active elements of "${element.id}"`;
  const elementIds = evaluateStrings(element.activeElements, execution.context(key), what);
  const unknown = unknownIn(element, elementIds);
  if (unknown === undefined) return elementIds;
  throw new IncidentError(
    'expression-failed',
    `Expected ${what} to be ${choices(element)} but found "${unknown}".`,
  );
}

/** The first id that names nothing to choose from. */
export function unknownIn({ scope }: AdHocSubProcess, elementIds: readonly string[]): string | undefined {
  return elementIds.find((elementId) => !scope.initial.some(({ id }) => id === elementId));
}

/** What can be chosen, for messages. */
export function choices({ scope }: AdHocSubProcess): string {
  const ids = scope.initial.map(({ id }) => `"${id}"`);
  const shown = ids.length > 20 ? [...ids.slice(0, 20), '…'] : ids;
  return `elements that nothing inside leads to (${shown.join(', ')})`;
}
