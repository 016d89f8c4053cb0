import { SCRIPT_JOB_TYPE } from '../../engine/process-model.js';
import { literal, readFeel } from '../expressions.js';
import { readVariableName } from '../field-values.js';
import { attribute, camundaAttribute, describe } from '../model-element.js';
import type { ModelElement } from '../model-element.js';
import { askDialects } from '../read-context.js';
import type { ReadContext } from '../read-context.js';
import type { ElementReader } from './element-reader.js';

/** `javascript`, `js`, `ecmascript`, or one of their media types. */
const javaScript = /^((text|application)\/)?(x-)?(javascript|ecmascript|js)$/;

/**
 * Script task (BPMN 2.0.2 §10.3.3): in FEEL, either as `zeebe:script` or as BPMN's own script of the format feel; in JavaScript, which
 * the server does in its sandbox; or a job that a worker does.
 */
export const readScriptTask: ElementReader = (element, context) => {
  const script = askDialects(context, (dialect) => dialect.readScript?.(element, context));
  if (script !== undefined) return { type: 'scriptTask', ...script };
  const job = askDialects(context, (dialect) => dialect.readJob?.(element, context));
  if (job !== undefined) return { type: 'scriptTask', script: { kind: 'job', job } };
  const format = (attribute(element, 'scriptFormat') ?? '').trim().toLowerCase();
  if (format.includes('feel')) return readFeelScript(element, context);
  if (javaScript.test(format)) return readJavaScript(element, context);
  if (format === '') {
    const message = `Expected ${describe(element)} to have a zeebe:script, or a script with scriptFormat="feel" or "javascript", but found neither.`;
    context.log.report('missing-implementation', element, message);
  } else {
    const message = `Expected ${describe(element)} to be a script in FEEL or JavaScript but found scriptFormat="${format.slice(0, 60)}": translate it, or let a worker do it as a service task.`;
    context.log.report('unsupported-script', element, message);
  }
  return undefined;
};

function readFeelScript(element: ModelElement, context: ReadContext): ReturnType<ElementReader> {
  return {
    type: 'scriptTask',
    script: readFeel(attribute(element, 'script') ?? '', element, context.log),
    ...readResultVariable(element, context),
  };
}

/** The interpreter that will run it says whether it compiles, where it is there to be asked. */
function readJavaScript(element: ModelElement, context: ReadContext): ReturnType<ElementReader> {
  const source = attribute(element, 'script') ?? '';
  if (source.trim() === '') {
    const message = `Expected ${describe(element)} to have a script but found none.`;
    context.log.report('missing-implementation', element, message);
  }
  const fault = context.checkScript?.(source);
  if (fault !== undefined) {
    const where = fault.line === undefined ? '' : ` in line ${fault.line} of the script`;
    const message = `Expected the script of ${describe(element)} to be JavaScript but found${where}: ${fault.message}.`;
    context.log.report('unsupported-script', element, message);
  }
  const job = { jobType: literal(SCRIPT_JOB_TYPE), retries: literal(3), headers: {} };
  return {
    type: 'scriptTask',
    script: { kind: 'job', job, source },
    ...readResultVariable(element, context),
  };
}

function readResultVariable(
  element: ModelElement,
  { log }: ReadContext,
): { readonly resultVariable?: string } {
  const name = camundaAttribute(element, 'resultVariable');
  const resultVariable =
    name === undefined ? undefined : readVariableName(name, 'resultVariable', element, log);
  return resultVariable === undefined ? {} : { resultVariable };
}
