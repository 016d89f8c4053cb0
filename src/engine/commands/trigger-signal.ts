import type { TriggerSignal } from '../command.js';
import { staysArmed } from '../event-definitions/catch.js';
import { occur } from '../event-definitions/occur.js';
import type { Execution } from '../execution.js';
import type { Rejection } from '../rejection.js';
import { findWait } from './find-wait.js';

/** A signal was broadcast while one subscription was open. */
export function triggerSignal(execution: Execution, command: TriggerSignal): Rejection | undefined {
  const found = findWait(execution, 'signal', command);
  if ('rejection' in found) return found.rejection;
  const { wait } = found;
  const { elementInstanceKey: hostKey, signalName, variables } = command;
  const element = execution.element(wait.eventId);
  const remains = staysArmed(element);
  execution.emit({
    type: 'signalCaught',
    key: hostKey,
    subscriptionKey: wait.key,
    eventId: wait.eventId,
    signalName,
    ...(remains ? { remains } : {}),
  });
  if (!remains) execution.effect({ type: 'closeSignalSubscription', subscriptionKey: wait.key });
  occur(execution, { hostKey, wait, variables });
  return undefined;
}
