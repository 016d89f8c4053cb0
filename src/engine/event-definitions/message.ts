import { evaluateKey, evaluateString } from '../evaluate.js';
import type { Execution } from '../execution.js';
import type { Awaited } from './catch.js';
import type { EvaluationContext, MessageEventDefinition } from '../process-model.js';

/** Waits for a message by name and correlation key (BPMN 2.0.2 §8.4.2). */
export function prepareMessage(
  execution: Execution,
  hostKey: number,
  { eventId, part }: Awaited,
  { message }: MessageEventDefinition,
  context: EvaluationContext,
): () => void {
  const messageName = evaluateString(message.name, context, `the message name of "${eventId}"`);
  const correlationKey = message.correlationKey
    ? evaluateKey(message.correlationKey, context, `the correlation key of "${eventId}"`)
    : '';
  return () => {
    const subscriptionKey = execution.nextKey();
    execution.emit({
      type: 'messageSubscriptionOpened',
      key: hostKey,
      subscriptionKey,
      eventId,
      messageName,
      correlationKey,
      ...(part === undefined ? {} : { part }),
    });
    execution.effect({
      type: 'openMessageSubscription',
      subscriptionKey,
      elementInstanceKey: hostKey,
      elementId: eventId,
      messageName,
      correlationKey,
    });
  };
}
