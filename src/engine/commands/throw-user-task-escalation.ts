import type { ThrowUserTaskEscalation } from '../command.js';
import type { Execution } from '../execution.js';
import type { Rejection } from '../rejection.js';
import { throwEscalation } from '../throw-escalation.js';
import { findWait } from './find-wait.js';

/** A person throws an escalation from a task, which stays open unless what catches it interrupts; nobody need catch it. */
export function throwUserTaskEscalation(
  execution: Execution,
  command: ThrowUserTaskEscalation,
): Rejection | undefined {
  const found = findWait(execution, 'userTask', command);
  if ('rejection' in found) return found.rejection;
  const { elementInstanceKey, escalationCode, variables } = command;
  throwEscalation(execution, elementInstanceKey, { escalationCode, variables });
  return undefined;
}
