import type { CompleteJob } from '../command.js';
import type { Execution } from '../execution.js';
import type { Rejection } from '../rejection.js';
import { findWait } from './find-wait.js';

/** The worker has done the job: its variables are the element's result. */
export function completeJob(execution: Execution, command: CompleteJob): Rejection | undefined {
  const found = findWait(execution, 'job', command);
  if ('rejection' in found) return found.rejection;
  const { elementInstanceKey: key, localVariables = {} } = command;
  execution.resolveOpenIncident(key);
  execution.emit({ type: 'jobCompleted', key, jobKey: found.wait.key });
  execution.effect({ type: 'removeJob', jobKey: found.wait.key });
  if (Object.keys(localVariables).length > 0) {
    execution.emit({ type: 'variablesSet', key, variables: localVariables });
  }
  execution.receiveResult(key, command.variables);
  execution.complete(key);
  return undefined;
}
