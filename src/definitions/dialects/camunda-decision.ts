import type { DecisionCall, DecisionResultMapping } from '../../engine/process-model.js';
import type { DiagnosticLog } from '../diagnostic.js';
import { literal, readPlainValue } from '../expressions.js';
import { readVariableName } from '../field-values.js';
import { foreignAttribute } from '../model-element.js';
import type { ModelElement } from '../model-element.js';
import type { ReadContext } from '../read-context.js';
import { readCamundaBinding } from './camunda-binding.js';
import type { CamundaPrefix } from './camunda-mappings.js';

const resultMappings: readonly DecisionResultMapping[] = [
  'singleEntry',
  'singleResult',
  'collectEntries',
  'resultList',
];

/** `decisionRef` of a business rule task. */
export function readCamundaDecision(
  prefix: CamundaPrefix,
  element: ModelElement,
  { log }: ReadContext,
): DecisionCall | undefined {
  const decisionRef = foreignAttribute(element, `${prefix}:decisionRef`);
  if (decisionRef === undefined) return undefined;
  const name = foreignAttribute(element, `${prefix}:resultVariable`);
  const resultVariable =
    name === undefined ? undefined : readVariableName(name, 'resultVariable', element, log);
  return {
    decisionId: decisionRef === '' ? literal('') : readPlainValue(decisionRef, element, log),
    binding: readCamundaBinding(prefix, 'decisionRef', element, log),
    result: readResultMapping(prefix, element, log),
    ...(resultVariable !== undefined && { resultVariable }),
  };
}

function readResultMapping(
  prefix: CamundaPrefix,
  element: ModelElement,
  log: DiagnosticLog,
): DecisionResultMapping {
  const text = foreignAttribute(element, `${prefix}:mapDecisionResult`) ?? 'resultList';
  const mapping = resultMappings.find((known) => known === text);
  if (mapping !== undefined) return mapping;
  const message = `Expected mapDecisionResult to be one of ${resultMappings.join(', ')} but found "${text.slice(0, 60)}".`;
  log.report('invalid-value', element, message);
  return 'resultList';
}
