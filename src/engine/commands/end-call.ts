import type { EndCall } from '../command.js';
import type { Execution } from '../execution.js';
import type { CallActivity } from '../process-model.js';
import type { Rejection } from '../rejection.js';
import { terminateByError, throwError } from '../throw-error.js';
import { takeEscalations } from './escalate-call.js';
import { findWait } from './find-wait.js';

/**
 * The called instance has ended. Completed: its variables are the call activity's result. By an error: the error is thrown by the call activity,
 * and ends this instance too when nothing catches it. By an escalation: what catches it has interrupted the call activity. Canceled by somebody: an incident; resolving calls anew.
 */
export function endCall(execution: Execution, command: EndCall): Rejection | undefined {
  const found = findWait(execution, 'call', command);
  if ('rejection' in found) return found.rejection;
  const { elementInstanceKey: key, outcome, escalations = [] } = command;
  const element = execution.element(execution.instance(key).elementId);
  execution.emit({ type: 'callEnded', key, callKey: found.wait.key, outcome: outcome.kind });
  takeEscalations(execution, key, found.wait.key, escalations);
  if (!execution.find(key)) return undefined;
  switch (outcome.kind) {
    case 'completed':
      if (element.type === 'callActivity' && takesVariables(element))
        execution.receiveResult(key, outcome.variables);
      execution.complete(key);
      return undefined;
    case 'error':
      if (!throwError(execution, key, outcome)) terminateByError(execution, key, outcome);
      return undefined;
    case 'canceled':
    case 'escalation':
      execution.raiseIncident(
        key,
        'called-instance-canceled',
        'Expected the called process instance to end but it was canceled. Resolving calls anew.',
        'perform',
      );
      return undefined;
    default:
      return outcome satisfies never;
  }
}

function takesVariables({ propagateAllChildVariables, outputs }: CallActivity): boolean {
  return propagateAllChildVariables || outputs.length > 0;
}
