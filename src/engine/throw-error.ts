import { cancelProcess } from './cancel.js';
import { catchAt, catchersAround, findCatcher } from './catcher.js';
import type { Catcher } from './catcher.js';
import { partsOf } from './event-definitions/parts.js';
import type { Execution } from './execution.js';
import type { Variables } from './json.js';
import type { CaughtErrors } from './state.js';

export interface BpmnError {
  readonly errorCode: string;
  readonly errorMessage?: string;
  readonly variables: Variables;
}

/**
 * Throws a BPMN error at an element instance: the nearest error boundary event or error event sub-process around it for the code,
 * else for every error, terminates its activity or scope and goes on (BPMN 2.0.2 §10.5.7, §13.5.3, §13.5.4).
 * @returns false when nothing in this instance catches it; nothing has happened then.
 */
export function throwError(execution: Execution, key: number, error: BpmnError): boolean {
  const catcher = findCatcher(
    execution,
    key,
    ({ event }) => partsOf(event).some((it) => it.kind === 'error' && it.errorCode === error.errorCode),
    ({ event }) => partsOf(event).some((it) => it.kind === 'error' && it.errorCode === undefined),
  );
  if (!catcher) return false;
  emitErrorThrown(execution, key, error, catcher.event.id);
  catchAt(execution, catcher, { ...error.variables, ...saidTo(catcher.event, error) });
  return true;
}

/** The code and the message of the error, as the event that catches it wants them. */
function saidTo({ event }: Catcher['event'], { errorCode, errorMessage }: BpmnError): Variables {
  const definition = partsOf(event).find((part) => part.kind === 'error');
  if (!definition) return {};
  const { codeVariable, messageVariable } = definition;
  return {
    ...(codeVariable !== undefined && { [codeVariable]: errorCode }),
    ...(messageVariable !== undefined && { [messageVariable]: errorMessage ?? null }),
  };
}

/** Whether a caller of this instance would catch the error. */
export function isCaughtByCaller(execution: Execution, errorCode: string): boolean {
  const caught = execution.state.parent?.caughtErrors;
  return caught !== undefined && (caught.any || caught.codes.includes(errorCode));
}

/** Ends the instance by an error that nothing in it catches; a caller sees it thrown by its call activity. */
export function terminateByError(execution: Execution, key: number, error: BpmnError): void {
  emitErrorThrown(execution, key, error);
  cancelProcess(execution);
  execution.emit({ type: 'processInstanceTerminated', errorCode: error.errorCode });
  execution.reportToCaller({ kind: 'error', ...error });
}

/** The errors that an element instance, the scopes around it and all callers would catch. */
export function caughtErrorsAt(execution: Execution, key: number): CaughtErrors {
  const outer = execution.state.parent?.caughtErrors;
  const codes = new Set(outer?.codes);
  let any = outer?.any ?? false;
  for (const catchers of catchersAround(execution, key)) {
    for (const definition of catchers.flatMap(({ event }) => partsOf(event.event))) {
      if (definition.kind !== 'error') continue;
      if (definition.errorCode === undefined) any = true;
      else codes.add(definition.errorCode);
    }
  }
  return { any, codes: [...codes] };
}

function emitErrorThrown(execution: Execution, key: number, error: BpmnError, caughtBy?: string): void {
  execution.emit({
    type: 'errorThrown',
    key,
    errorCode: error.errorCode,
    ...(error.errorMessage === undefined ? {} : { errorMessage: error.errorMessage }),
    ...(caughtBy === undefined ? {} : { caughtBy }),
  });
}
