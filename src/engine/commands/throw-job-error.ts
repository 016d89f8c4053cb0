import type { ThrowJobError } from '../command.js';
import type { Execution } from '../execution.js';
import type { Rejection } from '../rejection.js';
import { isCaughtByCaller, terminateByError, throwError } from '../throw-error.js';
import { findWait } from './find-wait.js';

/**
 * The worker throws a BPMN error. What catches it, here or in a caller, goes on; an error that nothing catches is an
 * incident at the job, never a silent end.
 */
export function throwJobError(execution: Execution, command: ThrowJobError): Rejection | undefined {
  const found = findWait(execution, 'job', command);
  if ('rejection' in found) return found.rejection;
  const { elementInstanceKey: key, errorCode, errorMessage, variables } = command;
  const error = { errorCode, variables, ...(errorMessage === undefined ? {} : { errorMessage }) };
  if (throwError(execution, key, error)) return undefined;
  if (isCaughtByCaller(execution, errorCode)) {
    terminateByError(execution, key, error);
    return undefined;
  }
  const said = errorMessage === undefined ? '' : `: ${errorMessage}`;
  const message = `Expected an error boundary event for the BPMN error "${errorCode}" but nothing catches it${said}`;
  execution.raiseIncident(key, 'uncaught-error', message, 'job', found.wait.key);
  return undefined;
}
