import { cancelProcess } from '../cancel.js';
import type { Execution } from '../execution.js';
import type { Rejection } from '../rejection.js';

/** Ends the instance at once, everything inside it and everything it called. */
export function cancelProcessInstance(execution: Execution): Rejection | undefined {
  const { parent } = execution.state;
  cancelProcess(execution);
  execution.emit({ type: 'processInstanceCanceled' });
  if (parent) execution.effect({ type: 'reportToCaller', parent, outcome: { kind: 'canceled' } });
  return undefined;
}
