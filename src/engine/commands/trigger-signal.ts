import type { TriggerSignal } from '../command.js';
import { behaviorOf } from '../elements/registry.js';
import type { Execution } from '../execution.js';
import type { Rejection } from '../rejection.js';
import { findWait } from './find-wait.js';

/** A signal was broadcast while one subscription was open. */
export function triggerSignal(execution: Execution, command: TriggerSignal): Rejection | undefined {
  const found = findWait(execution, 'signal', command);
  if ('rejection' in found) return found.rejection;
  const { wait } = found;
  const { elementInstanceKey: hostKey, signalName, variables } = command;
  execution.emit({
    type: 'signalCaught',
    key: hostKey,
    subscriptionKey: wait.key,
    eventId: wait.eventId,
    signalName,
  });
  const element = execution.element(wait.eventId);
  behaviorOf(element).trigger?.(execution, element, { hostKey, wait, variables });
  return undefined;
}
