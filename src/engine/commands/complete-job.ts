import type { CompleteJob } from '../command.js';
import type { Execution } from '../execution.js';
import type { Rejection } from '../rejection.js';
import { findWait } from './find-wait.js';

/** The worker has done the job: its variables are the element's result. */
export function completeJob(execution: Execution, command: CompleteJob): Rejection | undefined {
  const found = findWait(execution, 'job', command);
  if ('rejection' in found) return found.rejection;
  const key = command.elementInstanceKey;
  execution.resolveOpenIncident(key);
  execution.emit({ type: 'jobCompleted', key, jobKey: found.wait.key });
  execution.effect({ type: 'removeJob', jobKey: found.wait.key });
  execution.receiveResult(key, command.variables);
  execution.complete(key);
  return undefined;
}
