import type { VariableMapping } from '../../engine/process-model.js';
import type { DiagnosticLog } from '../diagnostic.js';
import { readPlainValue } from '../expressions.js';
import { readVariableName } from '../field-values.js';
import { extensionAttribute, extensions } from '../model-element.js';
import type { ModelElement } from '../model-element.js';
import type { ReadContext } from '../read-context.js';
import { readParameters } from './camunda-parameters.js';
import type { Mappings } from './dialect.js';

/** The prefixes that Camunda 7 and its fork have here: same words, different namespaces. */
export type CamundaPrefix = 'camunda' | 'operaton';

/** Whether a call activity passes all variables in that direction; with `local`, only those of the call activity itself. */
export function passesAll(prefix: CamundaPrefix, direction: 'in' | 'out', element: ModelElement): boolean {
  return extensions(element, `${prefix}:${direction}`).some(
    (it) => extensionAttribute(it, 'variables') === 'all' && !isLocal(it),
  );
}

/** `inputOutput` of any activity, and the variables that a call activity passes by name. */
export function readCamundaMappings(
  prefix: CamundaPrefix,
  element: ModelElement,
  { log }: ReadContext,
): Mappings | undefined {
  const inputs = [
    ...readParameters(prefix, 'inputParameter', element, log),
    ...readPassedVariables(prefix, 'in', element, log),
  ];
  const outputs = [
    ...readPassedVariables(prefix, 'out', element, log),
    ...readParameters(prefix, 'outputParameter', element, log),
  ];
  if (inputs.length + outputs.length === 0) return undefined;
  const keepsTheRest = element.$type === 'bpmn:CallActivity' && !passesAll(prefix, 'out', element);
  return { inputs, outputs, ...(!keepsTheRest && { propagatesResult: true }) };
}

/** The variables that `in` and `out` of a call activity name one by one, as mappings. */
function readPassedVariables(
  prefix: CamundaPrefix,
  direction: 'in' | 'out',
  element: ModelElement,
  log: DiagnosticLog,
): readonly VariableMapping[] {
  return extensions(element, `${prefix}:${direction}`).flatMap((passed) => {
    const expression = extensionAttribute(passed, 'sourceExpression');
    const variable = extensionAttribute(passed, 'source');
    const target = readTarget(passed, variable ?? expression, element, log);
    if (target === undefined) return [];
    const to = { target: [target], ...(direction === 'out' && isLocal(passed) && { local: true as const }) };
    if (expression !== undefined) return [{ source: readPlainValue(expression, element, log), ...to }];
    const name = readVariableName(variable ?? '', `source of ${passed.$type}`, element, log);
    return name === undefined ? [] : [{ source: readPlainValue(`=${name}`, element, log), ...to }];
  });
}

function readTarget(
  passed: ModelElement,
  source: string | undefined,
  element: ModelElement,
  log: DiagnosticLog,
): string | undefined {
  if (source === undefined) return undefined;
  return readVariableName(
    extensionAttribute(passed, 'target') ?? '',
    `target of ${passed.$type}`,
    element,
    log,
  );
}

function isLocal(passed: ModelElement): boolean {
  return extensionAttribute(passed, 'local') === 'true';
}
