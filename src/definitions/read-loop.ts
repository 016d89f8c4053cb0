import type { LoopCharacteristics, MultiInstanceLoop, StandardLoop } from '../engine/process-model.js';
import type { MultiInstanceData } from './dialects/dialect.js';
import { readFormalExpression } from './elements/condition.js';
import { readCompletionThrows } from './read-completion-throws.js';
import { readFeel, readPlainValue, shown } from './expressions.js';
import { asWholeNumber, readVariableName } from './field-values.js';
import type { WholeNumberRange } from './field-values.js';
import { attribute, bodyOf, child, describe, flag, idOf } from './model-element.js';
import type { ModelElement } from './model-element.js';
import { askDialects } from './read-context.js';
import type { ReadContext } from './read-context.js';

/** How an activity is done several times (BPMN 2.0.2 §10.3.8); undefined for one that is done once, or where it cannot be told. */
export function readLoop(element: ModelElement, context: ReadContext): LoopCharacteristics | undefined {
  const loop = child(element, 'loopCharacteristics');
  if (loop === undefined) return undefined;
  if (flag(element, 'triggeredByEvent')) {
    const message = `Expected ${describe(element)}, an event sub-process, to be done once each time it is triggered but found ${describe(loop)}.`;
    context.log.report('invalid-loop', loop, message);
    return undefined;
  }
  return loop.$type === 'bpmn:MultiInstanceLoopCharacteristics'
    ? readMultiInstance(element, loop, context)
    : readStandardLoop(element, loop, context);
}

function readStandardLoop(
  element: ModelElement,
  loop: ModelElement,
  context: ReadContext,
): StandardLoop | undefined {
  const expression = child(loop, 'loopCondition');
  const maximum: unknown = loop.get('loopMaximum');
  // The guard has reported what is no number.
  if (Number.isNaN(maximum)) return undefined;
  if (
    maximum !== undefined &&
    !(typeof maximum === 'number' && Number.isSafeInteger(maximum) && maximum >= 1)
  ) {
    const message = `Expected the loopMaximum of ${describe(element)} to be a whole number from 1 but found ${shown(String(maximum))}.`;
    context.log.report('invalid-loop', loop, message);
    return undefined;
  }
  if (expression === undefined && maximum === undefined) {
    const message = `Expected the loop of ${describe(element)} to have a loopCondition or a loopMaximum, as it would never end, but found neither.`;
    context.log.report('invalid-loop', loop, message);
    return undefined;
  }
  return {
    kind: 'standard',
    testBefore: flag(loop, 'testBefore'),
    ...(expression !== undefined && { condition: readFormalExpression(expression, loop, context) }),
    ...(maximum !== undefined && { maximum }),
  };
}

const cardinalityRange: WholeNumberRange = { what: 'loopCardinality', min: 0, max: 10_000 };

function readMultiInstance(
  element: ModelElement,
  loop: ModelElement,
  context: ReadContext,
): MultiInstanceLoop | undefined {
  const { log } = context;
  const condition = child(loop, 'completionCondition');
  const cardinality = readCardinality(loop, context);
  const data =
    askDialects(context, (dialect) => dialect.readMultiInstance?.(loop, context)) ??
    readBpmnData(loop, context);
  const { collection } = data;
  if ((collection === undefined) === (cardinality === undefined)) {
    const found = collection === undefined ? 'neither' : 'both';
    const message = `Expected the multi-instance ${describe(element)} to have a collection or a loopCardinality but found ${found}.`;
    log.report('invalid-loop', loop, message);
    return undefined;
  }
  const throws = readCompletionThrows(loop, context);
  return {
    kind: 'multiInstance',
    isSequential: flag(loop, 'isSequential'),
    ...(cardinality !== undefined && { cardinality }),
    ...data,
    ...(condition !== undefined && { completionCondition: readFormalExpression(condition, loop, context) }),
    ...(throws.length > 0 && { throws }),
  };
}

function readCardinality(loop: ModelElement, context: ReadContext): MultiInstanceLoop['cardinality'] {
  const expression = child(loop, 'loopCardinality');
  if (expression === undefined) return undefined;
  const text = bodyOf(expression).trim();
  return asWholeNumber(readPlainValue(text, loop, context.log), cardinalityRange, loop, context.log);
}

/** BPMN's own way: collections and items are data, which are variables here, by their names. */
function readBpmnData(loop: ModelElement, { log }: ReadContext): MultiInstanceData {
  const named = (property: string) => {
    const data = child(loop, property);
    const name = data && (attribute(data, 'name') || idOf(data));
    return name === undefined ? undefined : readVariableName(name, `the name of ${property}`, loop, log);
  };
  const collection = named('loopDataInputRef');
  const itemVariable = named('inputDataItem');
  const outputs = named('loopDataOutputRef');
  const output = named('outputDataItem');
  return {
    ...(collection !== undefined && { collection: readFeel(collection, loop, log) }),
    ...(itemVariable !== undefined && { itemVariable }),
    ...(outputs !== undefined &&
      output !== undefined && {
        output: { collection: outputs, element: readFeel(output, loop, log), elementVariable: output },
      }),
  };
}
