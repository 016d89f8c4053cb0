import type { DiagnosticLog } from '../diagnostic.js';
import { describe } from '../model-element.js';
import type { ModelElement } from '../model-element.js';

/** How many tokens an activity waits for and sends down each outgoing flow (BPMN 2.0.2 table 10.3); absent for one, the default. */
export interface Quantities {
  readonly startQuantity?: number;
  readonly completionQuantity?: number;
}

/** More than anybody draws; each token is a path of its own. */
const quantityMax = 1_000;

/** Reads both; what is no quantity is reported. */
export function readQuantities(element: ModelElement, log: DiagnosticLog): Quantities {
  const startQuantity = readQuantity(element, 'startQuantity', log);
  const completionQuantity = readQuantity(element, 'completionQuantity', log);
  return {
    ...(startQuantity !== undefined && { startQuantity }),
    ...(completionQuantity !== undefined && { completionQuantity }),
  };
}

function readQuantity(element: ModelElement, name: keyof Quantities, log: DiagnosticLog): number | undefined {
  const quantity: unknown = element.get(name) ?? 1;
  // The guard has reported what is no number.
  if (quantity === 1 || Number.isNaN(quantity)) return undefined;
  if (typeof quantity === 'number' && Number.isSafeInteger(quantity)) {
    if (quantity > 1 && quantity <= quantityMax) return quantity;
  }
  const message = `Expected the ${name} of ${describe(element)} to be a whole number from 1 to ${quantityMax} but found ${String(quantity).slice(0, 60)}.`;
  log.report('invalid-value', element, message);
  return undefined;
}
