import { readFeel } from '../expressions.js';
import { readVariableName } from '../field-values.js';
import { attribute, describe, extensions, foreignAttribute } from '../model-element.js';
import type { ModelElement } from '../model-element.js';
import { askDialects } from '../read-context.js';
import type { ReadContext } from '../read-context.js';
import type { ElementReader } from './element-reader.js';

/** Script task (BPMN 2.0.2 §10.3.3) in FEEL, either as `zeebe:script` or as BPMN's own script of the format feel. */
export const readScriptTask: ElementReader = (element, context) => {
  const script = askDialects(context, (dialect) => dialect.readScript?.(element, context));
  if (script !== undefined) return { type: 'scriptTask', ...script };
  const format = attribute(element, 'scriptFormat') ?? '';
  if (format.toLowerCase().includes('feel')) return readBpmnScript(element, context);
  if (extensions(element, 'zeebe:taskDefinition').length > 0) {
    const message = `Expected ${describe(element)} to have a zeebe:script but found a zeebe:taskDefinition; script tasks as jobs are not executed yet, use a serviceTask.`;
    context.log.report('unsupported-element', element, message);
  } else if (format === '') {
    const message = `Expected ${describe(element)} to have a zeebe:script, or a script with scriptFormat="feel", but found neither.`;
    context.log.report('missing-implementation', element, message);
  } else {
    const message = `Expected ${describe(element)} to be a script in FEEL but found scriptFormat="${format.slice(0, 60)}", which is not executed yet.`;
    context.log.report('unsupported-element', element, message);
  }
  return undefined;
};

function readBpmnScript(element: ModelElement, { log }: ReadContext): ReturnType<ElementReader> {
  const name =
    foreignAttribute(element, 'camunda:resultVariable') ??
    foreignAttribute(element, 'operaton:resultVariable');
  const resultVariable =
    name === undefined ? undefined : readVariableName(name, 'resultVariable', element, log);
  return {
    type: 'scriptTask',
    script: readFeel(attribute(element, 'script') ?? '', element, log),
    ...(resultVariable !== undefined && { resultVariable }),
  };
}
