import { literalText } from '../expressions.js';
import { describe } from '../model-element.js';
import { askDialects } from '../read-context.js';
import type { ElementReader } from './element-reader.js';

/** Business rule task (BPMN 2.0.2 §10.3.3): a decision by its id, or a job. The decision need not be deployed yet. */
export const readBusinessRuleTask: ElementReader = (element, context) => {
  const call = askDialects(context, (dialect) => dialect.readDecision?.(element, context));
  if (call !== undefined && literalText(call.decisionId)?.trim() !== '')
    return { type: 'businessRuleTask', rules: { kind: 'decision', ...call } };
  const job = call === undefined && askDialects(context, (dialect) => dialect.readJob?.(element, context));
  if (job) return { type: 'businessRuleTask', rules: { kind: 'job', job } };
  const message = `Expected ${describe(element)} to have a zeebe:calledDecision with a decisionId, a camunda:decisionRef, or what makes it a job (zeebe:taskDefinition, camunda:topic), but found none.`;
  context.log.report('missing-implementation', element, message);
  return undefined;
};
