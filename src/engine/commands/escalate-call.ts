import type { EscalateCall } from '../command.js';
import type { Execution } from '../execution.js';
import type { Rejection } from '../rejection.js';
import type { Escalation } from '../state.js';
import { throwEscalation } from '../throw-escalation.js';
import { findWait } from './find-wait.js';

/** The called instance has thrown escalations and goes on: the call activity throws those that it has not thrown yet. */
export function escalateCall(execution: Execution, command: EscalateCall): Rejection | undefined {
  const found = findWait(execution, 'call', command);
  if ('rejection' in found) return found.rejection;
  takeEscalations(execution, command.elementInstanceKey, found.wait.key, command.escalations);
  return undefined;
}

/**
 * Escalations come as all that the called instance has ever thrown, so that none is missed, and none thrown twice, in whatever order they arrive.
 * One of them may interrupt the call activity; those after it come to nobody.
 */
export function takeEscalations(
  execution: Execution,
  key: number,
  callKey: number,
  escalations: readonly Escalation[],
): void {
  const { escalationsTaken = 0 } = execution.instance(key);
  if (escalations.length <= escalationsTaken) return;
  execution.emit({ type: 'callEscalated', key, callKey, escalationsTaken: escalations.length });
  for (const escalation of escalations.slice(escalationsTaken)) {
    if (execution.find(key)) throwEscalation(execution, key, escalation);
  }
}
