import { evaluateCondition } from './evaluate.js';
import type { EvaluationContext, SequenceFlow } from './process-model.js';

/** Whether a flow's condition is true; a flow without one always holds. @throws IncidentError */
export function holds(flow: SequenceFlow, context: EvaluationContext): boolean {
  return (
    !flow.condition ||
    evaluateCondition(flow.condition, context, `the condition of sequence flow "${flow.id}"`)
  );
}
