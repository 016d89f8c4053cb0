import { attribute, child, flag } from '../model-element.js';
import { askDialects } from '../read-context.js';
import { readFormalExpression } from './condition.js';
import type { ElementReader } from './element-reader.js';

/** Ad-hoc sub-process (BPMN 2.0.2 §10.3.5); what is inside it is read as a scope of its own. */
export const readAdHocSubProcess: ElementReader = (element, context) => {
  const condition = child(element, 'completionCondition');
  const activeElements = askDialects(context, (dialect) => dialect.readActiveElements?.(element, context));
  return {
    type: 'adHocSubProcess',
    ordering: attribute(element, 'ordering') === 'Sequential' ? 'sequential' : 'parallel',
    cancelsRemaining: flag(element, 'cancelRemainingInstances'),
    ...(activeElements !== undefined && { activeElements }),
    ...(condition !== undefined && {
      completionCondition: readFormalExpression(condition, element, context),
    }),
  };
};
