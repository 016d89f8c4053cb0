import { xmlElement, xmlText } from './xml-text.js';

const expression = ' xsi:type="bpmn:tFormalExpression"';

/** How a multi-instance activity is written, with the attributes of `zeebe:loopCharacteristics`. */
export interface MultiInstanceOptions {
  readonly sequential?: boolean;
  /** FEEL, with its `=`. */
  readonly collection?: string;
  readonly item?: string;
  readonly outputCollection?: string;
  readonly output?: string;
  readonly cardinality?: string;
  readonly completionCondition?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  /** Further lines of XML. */
  readonly content?: readonly string[];
}

/** The lines inside an activity that make it multi-instance: `{ content: multiInstance({ collection: '=items' }) }`. */
export function multiInstance(options: MultiInstanceOptions): readonly string[] {
  const { sequential, collection, item, outputCollection, output, cardinality, completionCondition } =
    options;
  const zeebe = {
    inputCollection: collection,
    inputElement: item,
    outputCollection,
    outputElement: output,
  };
  const isZeebe = Object.values(zeebe).some((value) => value !== undefined);
  return xmlElement(
    'bpmn:multiInstanceLoopCharacteristics',
    { isSequential: sequential, ...options.attributes },
    [
      ...(isZeebe
        ? xmlElement('bpmn:extensionElements', {}, xmlElement('zeebe:loopCharacteristics', zeebe))
        : []),
      ...(options.content ?? []),
      ...(cardinality === undefined ? [] : [xmlText('bpmn:loopCardinality', expression, cardinality)]),
      ...(completionCondition === undefined
        ? []
        : [xmlText('bpmn:completionCondition', expression, completionCondition)]),
    ],
  );
}

/** How a loop activity is written. */
export interface StandardLoopOptions {
  readonly testBefore?: boolean;
  readonly maximum?: number | string;
  /** FEEL, with its `=`. */
  readonly condition?: string;
}

/** The lines inside an activity that make it a loop. */
export function standardLoop({ testBefore, maximum, condition }: StandardLoopOptions): readonly string[] {
  return xmlElement(
    'bpmn:standardLoopCharacteristics',
    { testBefore, loopMaximum: maximum },
    condition === undefined ? [] : [xmlText('bpmn:loopCondition', expression, condition)],
  );
}
