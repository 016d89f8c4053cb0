import { evaluateString } from '../evaluate.js';
import type { Execution } from '../execution.js';
import { deliveriesLeft } from './delivery-chain.js';
import type { EvaluationContext, SignalEventDefinition } from '../process-model.js';

/** Waits for a signal by name; what is broadcast before is missed (BPMN 2.0.2 §10.5.1). */
export function prepareSignal(
  execution: Execution,
  hostKey: number,
  eventId: string,
  { name }: SignalEventDefinition,
  context: EvaluationContext,
): () => void {
  const signalName = evaluateString(name, context, `the signal name of "${eventId}"`);
  return () => {
    const subscriptionKey = execution.nextKey();
    execution.emit({ type: 'signalSubscriptionOpened', key: hostKey, subscriptionKey, eventId, signalName });
    execution.effect({
      type: 'openSignalSubscription',
      subscriptionKey,
      elementInstanceKey: hostKey,
      elementId: eventId,
      signalName,
    });
  };
}

/** Broadcasts a signal to everything that can catch it, in this and every other instance (BPMN 2.0.2 §10.5.1). */
export function throwSignal(
  execution: Execution,
  key: number,
  elementId: string,
  { name }: SignalEventDefinition,
): void {
  deliveriesLeft(execution);
  const signalName = evaluateString(name, execution.context(key), `the signal name of "${elementId}"`);
  execution.emit({ type: 'signalThrown', key, signalName });
  execution.effect({
    type: 'broadcastSignal',
    signalName,
    variables: execution.instance(key).variables ?? {},
  });
  execution.complete(key);
}
