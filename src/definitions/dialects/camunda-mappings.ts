import type { VariableMapping } from '../../engine/process-model.js';
import type { DiagnosticLog } from '../diagnostic.js';
import { readPlainValue } from '../expressions.js';
import { readVariableName } from '../field-values.js';
import { extensionAttribute, extensionChildren, extensions } from '../model-element.js';
import type { ModelElement } from '../model-element.js';
import type { ReadContext } from '../read-context.js';
import type { Mappings } from './dialect.js';

/** The prefixes that Camunda 7 and its fork have here: same words, different namespaces. */
export type CamundaPrefix = 'camunda' | 'operaton';

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
  return inputs.length + outputs.length === 0 ? undefined : { inputs, outputs };
}

function readParameters(
  prefix: CamundaPrefix,
  kind: 'inputParameter' | 'outputParameter',
  element: ModelElement,
  log: DiagnosticLog,
): readonly VariableMapping[] {
  return extensions(element, `${prefix}:inputOutput`)
    .flatMap((mappings) => extensionChildren(mappings, `${prefix}:${kind}`))
    .flatMap((parameter) => readParameter(parameter, element, log));
}

function readParameter(
  parameter: ModelElement,
  element: ModelElement,
  log: DiagnosticLog,
): readonly VariableMapping[] {
  const structured = parameter.$children?.[0];
  if (structured !== undefined) {
    const message = `Expected ${parameter.$type} to hold a literal, or FEEL after "=", but found ${structured.$type}.`;
    log.report('unsupported-extension', element, message);
    return [];
  }
  const name = extensionAttribute(parameter, 'name') ?? '';
  const target = readVariableName(name, `the name of ${parameter.$type}`, element, log);
  if (target === undefined) return [];
  return [{ source: readPlainValue(parameter.$body ?? '', element, log), target: [target] }];
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
    if (expression !== undefined)
      return [{ source: readPlainValue(expression, element, log), target: [target] }];
    const name = readVariableName(variable ?? '', `source of ${passed.$type}`, element, log);
    return name === undefined ? [] : [{ source: readPlainValue(`=${name}`, element, log), target: [target] }];
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
