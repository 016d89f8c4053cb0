import type { CorrelateMessage } from '../command.js';
import { staysArmed } from '../event-definitions/catch.js';
import { occur } from '../event-definitions/occur.js';
import type { Execution } from '../execution.js';
import type { Rejection } from '../rejection.js';
import { findWait } from './find-wait.js';

/** A message has come for one subscription. */
export function correlateMessage(execution: Execution, command: CorrelateMessage): Rejection | undefined {
  const found = findWait(execution, 'message', command);
  if ('rejection' in found) return found.rejection;
  const { wait } = found;
  const { elementInstanceKey: hostKey, messageName, variables } = command;
  const element = execution.element(wait.eventId);
  const remains = staysArmed(element);
  execution.emit({
    type: 'messageCorrelated',
    key: hostKey,
    subscriptionKey: wait.key,
    eventId: wait.eventId,
    messageName,
    ...(remains ? { remains } : {}),
  });
  if (!remains) execution.effect({ type: 'closeMessageSubscription', subscriptionKey: wait.key });
  occur(execution, { hostKey, wait, variables });
  return undefined;
}
