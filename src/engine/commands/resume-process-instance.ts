import type { Execution } from '../execution.js';
import type { Rejection } from '../rejection.js';

/** The instance goes on: steps that were postponed are taken, in the order of their element instances. */
export function resumeProcessInstance(execution: Execution): Rejection | undefined {
  const { suspended, processInstanceId, elementInstances } = execution.state;
  if (!suspended) {
    const message = `Expected process instance ${processInstanceId} to be suspended but it is not.`;
    return { code: 'invalid-state', message };
  }
  const postponed = elementInstances
    .entries()
    .flatMap(([key, { postponed: step }]) => (step === undefined ? [] : [{ key, step }]));
  execution.emit({ type: 'processInstanceResumed' });
  execution.conditions.lookAtAll();
  for (const { key, step } of postponed) execution.takeAgain(key, step);
  return undefined;
}
