import { describe } from '../model-element.js';
import type { ModelElement } from '../model-element.js';
import type { DiagnosticLog } from '../diagnostic.js';

interface UnsupportedAttribute {
  /** What is asked for. */
  readonly asks: string;
  /** What to draw instead. */
  readonly instead: string;
  readonly appliesTo: (element: ModelElement) => boolean;
}

/** Attributes of executed elements that ask for what the engine does not do. */
const unsupportedAttributes: readonly UnsupportedAttribute[] = [
  {
    asks: 'a startQuantity other than 1',
    instead: 'draw a parallel gateway that joins before it, or count in a loop',
    appliesTo: (element) => (element.get('startQuantity') ?? 1) !== 1,
  },
];

/** Reports what the attributes of an element ask for in vain. */
export function reportUnsupportedAttributes(element: ModelElement, log: DiagnosticLog): void {
  for (const { asks, instead, appliesTo } of unsupportedAttributes) {
    if (!appliesTo(element)) continue;
    log.report(
      'unsupported-attribute',
      element,
      `Expected ${describe(element)} without ${asks}: ${instead}.`,
    );
  }
}
