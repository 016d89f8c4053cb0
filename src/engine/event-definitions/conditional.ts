import { evaluate, unexpected } from '../evaluate.js';
import type { Execution } from '../execution.js';
import type { Awaited } from './catch.js';
import type { ConditionalEventDefinition, EvaluationContext } from '../process-model.js';

/** Waits for a condition to become true; one that is true already occurs at once (BPMN 2.0.2 §10.5.5). */
export function prepareCondition(
  execution: Execution,
  hostKey: number,
  { eventId, part }: Awaited,
  definition: ConditionalEventDefinition,
  context: EvaluationContext,
): () => void {
  isMet(definition, context, eventId);
  return () => {
    const subscriptionKey = execution.nextKey();
    execution.emit({
      type: 'conditionalSubscriptionOpened',
      key: hostKey,
      subscriptionKey,
      eventId,
      ...(part === undefined ? {} : { part }),
    });
  };
}

/** Whether the condition is true. Null is not: what it reads may not be there yet. @throws IncidentError */
export function isMet(
  { condition }: ConditionalEventDefinition,
  context: EvaluationContext,
  eventId: string,
): boolean {
  const value = evaluate(condition, context);
  if (typeof value === 'boolean') return value;
  if (value === null) return false;
  throw unexpected(`the condition of "${eventId}"`, 'true or false', condition, value);
}
