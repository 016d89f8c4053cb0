import { literalText, readPlainValue } from '../expressions.js';
import { attribute, describe } from '../model-element.js';
import type { ModelElement } from '../model-element.js';
import { localPart } from '../qname.js';
import { askDialects } from '../read-context.js';
import type { ReadContext } from '../read-context.js';
import type { Dialect } from '../dialects/dialect.js';
import type { ElementReader } from './element-reader.js';

/** Call activity (BPMN 2.0.2 §10.3.6). The called process need not be deployed yet: it is bound when it is called. */
export const readCallActivity: ElementReader = (element, context) => {
  const call =
    askDialects(context, (dialect) => dialect.readCall?.(element, context)) ?? readBpmnCall(element, context);
  if (call === undefined || literalText(call.calledProcessId)?.trim() === '') {
    const message = `Expected ${describe(element)} to have a zeebe:calledElement with a processId, or a calledElement, but found neither.`;
    context.log.report('missing-called-element', element, message);
    return undefined;
  }
  return { type: 'callActivity', ...call };
};

/** BPMN's own attribute alone: latest version; all variables both ways, as Camunda 8 does by default, or none, as Camunda 7 does. */
function readBpmnCall(
  element: ModelElement,
  { log, isCamunda7, names }: ReadContext,
): ReturnType<NonNullable<Dialect['readCall']>> {
  const calledElement = attribute(element, 'calledElement');
  if (calledElement === undefined) return undefined;
  return {
    calledProcessId: readPlainValue(localPart(calledElement, names), element, log),
    binding: { kind: 'latest' },
    propagateAllParentVariables: !isCamunda7,
    propagateAllChildVariables: !isCamunda7,
  };
}
