import type { HistoryEntry } from '../answers.js';

/** A message or signal that an instance waits for. */
export interface Subscription {
  readonly subscriptionId: string;
  /** The element instance that waits; that of a start event of an event sub-process is its scope. */
  readonly elementInstanceId: string;
  /** The event that catches it. */
  readonly elementId: string;
  readonly kind: 'message' | 'signal';
  readonly name: string;
  readonly correlationKey: string | undefined;
}

/**
 * The subscriptions that the history has opened and not ended. Those whose element instance has ended are told by
 * `hasEnded`: the history does not mention them again.
 */
export function openSubscriptions(
  history: readonly HistoryEntry[],
  hasEnded: (elementInstanceId: string) => boolean,
): readonly Subscription[] {
  const open = new Map<string, Subscription>();
  for (const event of history.flatMap(({ events }) => events)) {
    const { subscriptionId } = event;
    if (subscriptionId === undefined) continue;
    if (event.type === 'messageSubscriptionOpened' || event.type === 'signalSubscriptionOpened') {
      open.set(subscriptionId, {
        subscriptionId,
        elementInstanceId: event.elementInstanceId ?? '',
        elementId: event.catchingElementId ?? '',
        kind: event.type === 'messageSubscriptionOpened' ? 'message' : 'signal',
        name: event.messageName ?? event.signalName ?? '',
        correlationKey: event.correlationKey,
      });
    } else if (event.remains !== true) {
      open.delete(subscriptionId);
    }
  }
  return [...open.values()].filter(({ elementInstanceId }) => !hasEnded(elementInstanceId));
}
