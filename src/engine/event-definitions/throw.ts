import { cancelInside, cancelProcess } from '../cancel.js';
import { cancelTransaction } from '../compensation/cancel-transaction.js';
import { throwCompensation } from '../compensation/throw-compensation.js';
import { evaluate, evaluateKey } from '../evaluate.js';
import type { Execution } from '../execution.js';
import { prepareJob } from '../job.js';
import type {
  EndEvent,
  ErrorThrowDefinition,
  IntermediateThrowEvent,
  MultipleThrowDefinition,
} from '../process-model.js';
import { ROOT_KEY } from '../state.js';
import { terminateByError, throwError } from '../throw-error.js';
import { prepareEscalationThrow } from './escalation.js';
import { preparePublishing, sendMessage } from './message-throw.js';
import { prepareSignalThrow } from './signal.js';

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
      prepareSignalThrow(execution, key, element.id, definition)();
      return execution.complete(key);
    case 'messageThrow':
      return sendMessage(execution, element, key, definition.send);
    case 'errorThrow':
      return prepareErrorThrow(execution, element.id, key, definition)();
    case 'escalationThrow':
      prepareEscalationThrow(execution, key, element.id, definition)();
      return execution.complete(key);
    case 'compensationThrow':
      return throwCompensation(execution, key, [definition]);
    case 'cancel':
      return cancelTransaction(execution, key);
    case 'terminate':
      return terminate(execution, key);
    case 'multipleThrow':
      return throwAll(execution, element, key, definition);
    default:
      definition satisfies never;
  }
}

/**
 * BPMN 2.0.2 §10.5.5: everything that a multiple event has is thrown: what goes out first, then what waits for a worker or for
 * compensation, or ends the scope. @throws IncidentError, before anything has happened
 */
function throwAll(
  execution: Execution,
  element: EndEvent | IntermediateThrowEvent,
  key: number,
  { parts }: MultipleThrowDefinition,
): void {
  const sent: (() => void)[] = [];
  const escalations: (() => void)[] = [];
  const compensations = parts.filter((part) => part.kind === 'compensationThrow');
  let last = () => execution.complete(key);
  if (compensations.length > 0) last = () => throwCompensation(execution, key, compensations);
  for (const part of parts) {
    if (part.kind === 'signal') sent.push(prepareSignalThrow(execution, key, element.id, part));
    else if (part.kind === 'escalationThrow')
      escalations.push(prepareEscalationThrow(execution, key, element.id, part));
    else if (part.kind === 'errorThrow') last = prepareErrorThrow(execution, element.id, key, part);
    else if (part.kind === 'terminate') last = () => terminate(execution, key);
    else if (part.kind === 'cancel') last = () => cancelTransaction(execution, key);
    else if (part.kind === 'compensationThrow') continue;
    else if (part.send.kind === 'job') last = prepareJob(execution, element, key, part.send.job);
    else sent.push(preparePublishing(execution, element, key, part.send));
  }
  for (const send of sent) send();
  // An escalation may interrupt what throws it.
  for (const act of [...escalations, last]) if (execution.find(key)) act();
}

/** BPMN 2.0.2 §10.5.3: ends the scope by an error; one that nothing catches ends the instance. @throws IncidentError */
function prepareErrorThrow(
  execution: Execution,
  elementId: string,
  key: number,
  definition: ErrorThrowDefinition,
): () => void {
  const errorCode = evaluateKey(
    definition.errorCode,
    execution.context(key),
    `the error code of "${elementId}"`,
  );
  const said = definition.errorMessage && evaluate(definition.errorMessage, execution.context(key));
  return () => {
    const variables = execution.instance(key).variables ?? {};
    const error = { errorCode, ...(typeof said === 'string' && { errorMessage: said }), variables };
    if (!throwError(execution, key, error)) terminateByError(execution, key, error);
  };
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
