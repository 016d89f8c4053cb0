import type { CompleteUserTask } from '../command.js';
import type { Execution } from '../execution.js';
import type { Rejection } from '../rejection.js';
import { findWait } from './find-wait.js';

/** The person has done the task: the variables are the element's result. */
export function completeUserTask(execution: Execution, command: CompleteUserTask): Rejection | undefined {
  const found = findWait(execution, 'userTask', command);
  if ('rejection' in found) return found.rejection;
  const key = command.elementInstanceKey;
  execution.resolveOpenIncident(key);
  execution.emit({ type: 'userTaskCompleted', key, userTaskKey: found.wait.key });
  execution.effect({ type: 'endUserTask', userTaskKey: found.wait.key, outcome: 'completed' });
  execution.receiveResult(key, command.variables);
  execution.complete(key);
  return undefined;
}
