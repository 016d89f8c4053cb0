import type { ThrowUserTaskError } from '../command.js';
import type { Execution } from '../execution.js';
import type { Rejection } from '../rejection.js';
import { isCaughtByCaller, terminateByError, throwError } from '../throw-error.js';
import { findWait } from './find-wait.js';

/** A person throws a BPMN error from a task. One that nothing catches is refused: the person is there to be told. */
export function throwUserTaskError(execution: Execution, command: ThrowUserTaskError): Rejection | undefined {
  const found = findWait(execution, 'userTask', command);
  if ('rejection' in found) return found.rejection;
  const { elementInstanceKey: key, errorCode, errorMessage, variables } = command;
  const error = { errorCode, variables, ...(errorMessage === undefined ? {} : { errorMessage }) };
  if (throwError(execution, key, error)) return undefined;
  if (isCaughtByCaller(execution, errorCode)) {
    terminateByError(execution, key, error);
    return undefined;
  }
  const message = `Expected an error boundary event for the BPMN error "${errorCode}" but nothing catches it.`;
  return { code: 'invalid-state', message };
}
