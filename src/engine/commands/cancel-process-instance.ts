import { cancelProcess } from '../cancel.js';
import type { Execution } from '../execution.js';
import type { Rejection } from '../rejection.js';

/** Ends the instance at once, everything inside it and everything it called. */
export function cancelProcessInstance(execution: Execution): Rejection | undefined {
  cancelProcess(execution);
  execution.emit({ type: 'processInstanceCanceled' });
  execution.reportToCaller({ kind: 'canceled' });
  return undefined;
}
