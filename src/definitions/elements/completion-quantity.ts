import { describe } from '../model-element.js';
import type { ModelElement } from '../model-element.js';
import type { DiagnosticLog } from '../diagnostic.js';

/** More than anybody draws; each token is a path of its own. */
const quantityMax = 1_000;

/** How many tokens an activity sends down each outgoing flow (BPMN 2.0.2 table 10.3); undefined for one, the default. */
export function readCompletionQuantity(element: ModelElement, log: DiagnosticLog): number | undefined {
  const quantity: unknown = element.get('completionQuantity') ?? 1;
  if (quantity === 1) return undefined;
  if (typeof quantity === 'number' && Number.isSafeInteger(quantity)) {
    if (quantity > 1 && quantity <= quantityMax) return quantity;
  }
  const message = `Expected the completionQuantity of ${describe(element)} to be a whole number from 1 to ${quantityMax} but found ${String(quantity).slice(0, 60)}.`;
  log.report('invalid-value', element, message);
  return undefined;
}
