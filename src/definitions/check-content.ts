import { createExtensionCheck } from './check-extensions.js';
import type { DiagnosticLog } from './diagnostic.js';
import { bpmnTypes } from './elements/bpmn-types.js';
import { describe, flag, isModelElement } from './model-element.js';
import type { ModelElement } from './model-element.js';

/**
 * Goes through every element that is executed, or could have to be, and reports what would not be executed as drawn: elements and
 * extensions. Processes that are not executable are not looked into.
 */
export function checkContent(
  definitions: ModelElement,
  uriByPrefix: ReadonlyMap<string, string>,
  log: DiagnosticLog,
): void {
  const checkExtensions = createExtensionCheck(uriByPrefix, log);
  const pending: ModelElement[] = [definitions];
  for (let element = pending.pop(); element !== undefined; element = pending.pop()) {
    if (!checkType(element, log)) continue;
    checkExtensions(element);
    pending.push(...contentOf(element).reverse());
  }
}

/** Whether to look further into the element. */
function checkType(element: ModelElement, log: DiagnosticLog): boolean {
  if (!element.$type.startsWith('bpmn:')) return false;
  if (element.$type === 'bpmn:Process' && !flag(element, 'isExecutable')) return false;
  const decision = bpmnTypes[element.$type] ?? { treatment: 'refused', reason: 'take it out of the model' };
  switch (decision.treatment) {
    case 'executed':
    case 'looked-into':
      return true;
    case 'read-over':
      return false;
    case 'not-considered': {
      const message = `Found ${describe(element)}, which is read over: ${decision.reason}.`;
      log.report('not-considered', element, message);
      return false;
    }
    case 'refused': {
      const message = `Expected only elements that are executed but found ${describe(element)}: ${decision.reason}.`;
      log.report('unsupported-element', element, message);
      return true;
    }
    default:
      return decision.treatment satisfies never;
  }
}

/** The elements inside, in document order; bpmn-moddle keeps references to others from being enumerated. */
function contentOf(element: ModelElement): ModelElement[] {
  return Object.values(element).flat().filter(isModelElement);
}
