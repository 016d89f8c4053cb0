import type { TriggerTimer } from '../command.js';
import { occur } from '../event-definitions/occur.js';
import type { Execution } from '../execution.js';
import type { Rejection } from '../rejection.js';
import { findWait } from './find-wait.js';

/** The timer is due, or somebody fires it now. */
export function triggerTimer(execution: Execution, command: TriggerTimer): Rejection | undefined {
  const found = findWait(execution, 'timer', command);
  if ('rejection' in found) return found.rejection;
  const { wait } = found;
  const hostKey = command.elementInstanceKey;
  execution.emit({ type: 'timerTriggered', key: hostKey, timerKey: wait.key, eventId: wait.eventId });
  execution.effect({ type: 'removeTimer', timerKey: wait.key });
  occur(execution, { hostKey, wait, variables: {} });
  return undefined;
}
