import { evaluateString } from '../evaluate.js';
import type { Execution } from '../execution.js';
import type { Awaited } from './catch.js';
import { deliveriesLeft } from './delivery-chain.js';
import type { EvaluationContext, SignalEventDefinition } from '../process-model.js';

/** Waits for a signal by name; what is broadcast before is missed (BPMN 2.0.2 §10.5.1). */
export function prepareSignal(
  execution: Execution,
  hostKey: number,
  { eventId, part }: Awaited,
  { name }: SignalEventDefinition,
  context: EvaluationContext,
): () => void {
  const signalName = evaluateString(name, context, `the signal name of "${eventId}"`);
  return () => {
    const subscriptionKey = execution.nextKey();
    execution.emit({
      type: 'signalSubscriptionOpened',
      key: hostKey,
      subscriptionKey,
      eventId,
      signalName,
      ...(part === undefined ? {} : { part }),
    });
    execution.effect({
      type: 'openSignalSubscription',
      subscriptionKey,
      elementInstanceKey: hostKey,
      elementId: eventId,
      signalName,
    });
  };
}

/**
 * Evaluates a signal and answers how to broadcast it to everything that can catch it, in this and every other instance (BPMN 2.0.2
 * §10.5.1). @throws IncidentError
 */
export function prepareSignalThrow(
  execution: Execution,
  key: number,
  elementId: string,
  { name }: SignalEventDefinition,
): () => void {
  deliveriesLeft(execution);
  const signalName = evaluateString(name, execution.context(key), `the signal name of "${elementId}"`);
  return () => {
    execution.emit({ type: 'signalThrown', key, signalName });
    execution.effect({
      type: 'broadcastSignal',
      signalName,
      variables: execution.instance(key).variables ?? {},
    });
  };
}
