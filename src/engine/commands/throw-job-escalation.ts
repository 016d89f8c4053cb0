import type { ThrowJobEscalation } from '../command.js';
import type { Execution } from '../execution.js';
import type { Rejection } from '../rejection.js';
import { throwEscalation } from '../throw-escalation.js';
import { findWait } from './find-wait.js';

/** The worker throws an escalation and goes on with the job, unless what catches it interrupts; nobody need catch it. */
export function throwJobEscalation(execution: Execution, command: ThrowJobEscalation): Rejection | undefined {
  const found = findWait(execution, 'job', command);
  if ('rejection' in found) return found.rejection;
  const { elementInstanceKey, escalationCode, variables } = command;
  throwEscalation(execution, elementInstanceKey, { escalationCode, variables });
  return undefined;
}
