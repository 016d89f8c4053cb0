import { cancelInside, cancelProcess } from '../cancel.js';
import { evaluateKey } from '../evaluate.js';
import type { Execution } from '../execution.js';
import type { EndEvent, ErrorThrowDefinition, IntermediateThrowEvent } from '../process-model.js';
import { ROOT_KEY } from '../state.js';
import { terminateByError, throwError } from '../throw-error.js';
import { throwEscalationEvent } from './escalation.js';
import { sendMessage } from './message-throw.js';
import { throwSignal } from './signal.js';

/** Makes a throw or end event happen (BPMN 2.0.2 §13.5.2, §13.5.6). @throws IncidentError */
export function throwEvent(
  execution: Execution,
  element: EndEvent | IntermediateThrowEvent,
  key: number,
  definition: EndEvent['event'] | IntermediateThrowEvent['event'],
): void {
  switch (definition.kind) {
    case 'none':
    case 'link':
      return execution.complete(key);
    case 'signal':
      return throwSignal(execution, key, element.id, definition);
    case 'messageThrow':
      return sendMessage(execution, element, key, definition.send);
    case 'errorThrow':
      return throwErrorEvent(execution, element.id, key, definition);
    case 'escalationThrow':
      return throwEscalationEvent(execution, key, element.id, definition);
    case 'terminate':
      return terminate(execution, key);
    default:
      definition satisfies never;
  }
}

/** BPMN 2.0.2 §10.5.3: ends the scope by an error; one that nothing catches ends the instance. */
function throwErrorEvent(
  execution: Execution,
  elementId: string,
  key: number,
  definition: ErrorThrowDefinition,
): void {
  const errorCode = evaluateKey(
    definition.errorCode,
    execution.context(key),
    `the error code of "${elementId}"`,
  );
  const error = { errorCode, variables: execution.instance(key).variables ?? {} };
  if (!throwError(execution, key, error)) terminateByError(execution, key, error);
}

/** BPMN 2.0.2 §13.5.6: ends everything else in its scope; flow goes on behind a sub-process, a process has ended. */
function terminate(execution: Execution, key: number): void {
  const scope = execution.scopeOf(key);
  if (scope !== ROOT_KEY) {
    cancelInside(execution, scope, key);
    return execution.complete(key);
  }
  const variables = execution.instance(ROOT_KEY).variables ?? {};
  cancelInside(execution, scope, key);
  execution.emit({ type: 'elementCompleted', key, flows: [] });
  cancelProcess(execution);
  execution.emit({ type: 'processInstanceTerminated' });
  execution.reportToCaller({ kind: 'completed', variables });
}
