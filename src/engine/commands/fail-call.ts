import type { FailCall } from '../command.js';
import type { Execution } from '../execution.js';
import type { Rejection } from '../rejection.js';
import { findWait } from './find-wait.js';

/** The called process could not be started: an incident at the call activity; resolving looks for it again. */
export function failCall(execution: Execution, command: FailCall): Rejection | undefined {
  const found = findWait(execution, 'call', command);
  if ('rejection' in found) return found.rejection;
  const key = command.elementInstanceKey;
  execution.emit({ type: 'callEnded', key, callKey: found.wait.key, outcome: 'failed' });
  execution.raiseIncident(key, command.code, command.message, 'perform');
  return undefined;
}
