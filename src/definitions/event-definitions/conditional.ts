import type { Expression } from '../../engine/process-model.js';
import { readFormalExpression } from '../elements/condition.js';
import { bodyOf, child, describe } from '../model-element.js';
import { askDialects } from '../read-context.js';
import type { EventDefinitionReader } from './event-definition-reader.js';

/** Condition (BPMN 2.0.2 §10.5.5): looked at again when a variable that it reads changes, or only those that an extension names. */
export const readConditionalEvent: EventDefinitionReader = (definition, event, _place, context) => {
  const expression = child(definition, 'condition');
  // Modelers write an empty one where nothing was filled in.
  if (expression === undefined || bodyOf(expression).trim() === '') {
    const message = `Expected the conditionalEventDefinition of ${describe(event)} to have a condition but found none.`;
    context.log.report('invalid-event', event, message);
    return undefined;
  }
  const condition = readFormalExpression(expression, event, context);
  const filter = askDialects(context, (dialect) => dialect.readConditionVariables?.(definition, context));
  return { kind: 'conditional', condition, variables: filter ?? variablesOf(condition) };
};

function variablesOf(condition: Expression): readonly string[] {
  return condition.kind === 'compiled' ? condition.variables : [];
}
