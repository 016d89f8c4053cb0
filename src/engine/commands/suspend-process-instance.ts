import type { Execution } from '../execution.js';
import type { Rejection } from '../rejection.js';

/** The instance stands still: timers, messages, signals and answers wait, and no step is taken until it is resumed. */
export function suspendProcessInstance(execution: Execution): Rejection | undefined {
  const { suspended, processInstanceId } = execution.state;
  if (suspended) {
    const message = `Expected process instance ${processInstanceId} not to be suspended but it is.`;
    return { code: 'invalid-state', message };
  }
  execution.emit({ type: 'processInstanceSuspended' });
  return undefined;
}
