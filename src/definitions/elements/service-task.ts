import { describe } from '../model-element.js';
import { askDialects } from '../read-context.js';
import type { ElementReader } from './element-reader.js';

/** Service task (BPMN 2.0.2 §10.3.3): a job, whose type an extension gives. */
export const readServiceTask: ElementReader = (element, context) => {
  const job = askDialects(context, (dialect) => dialect.readJob?.(element, context));
  if (job !== undefined) return { type: 'serviceTask', job };
  const message = `Expected ${describe(element)} to have a zeebe:taskDefinition, or camunda:type="external" and camunda:topic, but found neither.`;
  context.log.report('missing-implementation', element, message);
  return undefined;
};
