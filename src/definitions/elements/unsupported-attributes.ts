import { attribute, describe } from '../model-element.js';
import type { ModelElement } from '../model-element.js';
import type { DiagnosticLog } from '../diagnostic.js';

interface UnsupportedAttribute {
  /** What is asked for, completing "… is not executed yet". */
  readonly asks: string;
  readonly appliesTo: (element: ModelElement) => boolean;
}

const ofType = (type: string, test: (element: ModelElement) => boolean) => (element: ModelElement) =>
  element.$type === type && test(element);

/** Attributes of executed elements that ask for what the engine does not do. */
const unsupportedAttributes: readonly UnsupportedAttribute[] = [
  { asks: 'a startQuantity other than 1', appliesTo: (element) => (element.get('startQuantity') ?? 1) !== 1 },
  {
    asks: 'a completionQuantity other than 1',
    appliesTo: (element) => (element.get('completionQuantity') ?? 1) !== 1,
  },
  {
    asks: 'eventGatewayType="Parallel"',
    appliesTo: ofType(
      'bpmn:EventBasedGateway',
      (element) => attribute(element, 'eventGatewayType') === 'Parallel',
    ),
  },
  {
    asks: 'behavior="None", "One" or "Complex" (events that a multi-instance activity throws as its instances complete)',
    appliesTo: ofType(
      'bpmn:MultiInstanceLoopCharacteristics',
      (element) => (attribute(element, 'behavior') ?? 'All') !== 'All',
    ),
  },
];

/** Reports what the attributes of an element ask for in vain. */
export function reportUnsupportedAttributes(element: ModelElement, log: DiagnosticLog): void {
  for (const { asks, appliesTo } of unsupportedAttributes) {
    if (!appliesTo(element)) continue;
    log.report(
      'unsupported-attribute',
      element,
      `Expected ${describe(element)} without ${asks}, which is not executed yet.`,
    );
  }
}
