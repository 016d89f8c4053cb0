import { cancelElement, cancelProcess } from './cancel.js';
import type { Execution } from './execution.js';
import type { Variables } from './json.js';
import type { BoundaryEvent } from './process-model.js';
import type { CaughtErrors } from './state.js';
import { ROOT_KEY } from './state.js';

export interface BpmnError {
  readonly errorCode: string;
  readonly errorMessage?: string;
  readonly variables: Variables;
}

/**
 * Throws a BPMN error at an element instance: the nearest activity around it, itself included, with an error boundary event
 * for the code, else for every error, is terminated and the boundary event's flow taken (BPMN 2.0.2 §10.5.5, §13.5.3).
 * @returns false when nothing in this instance catches it; nothing has happened then.
 */
export function throwError(execution: Execution, key: number, error: BpmnError): boolean {
  for (
    let at: number | undefined = key;
    at !== undefined && at !== ROOT_KEY;
    at = execution.find(at)?.scope
  ) {
    const catcher = catcherOf(boundaryEventsOf(execution, at), error.errorCode);
    if (!catcher) continue;
    emitErrorThrown(execution, key, error, catcher.id);
    const scope = execution.scopeOf(at);
    cancelElement(execution, at);
    execution.appear(catcher, scope, error.variables);
    return true;
  }
  return false;
}

/** Whether a caller of this instance would catch the error. */
export function isCaughtByCaller(execution: Execution, errorCode: string): boolean {
  const caught = execution.state.parent?.caughtErrors;
  return caught !== undefined && (caught.any || caught.codes.includes(errorCode));
}

/** Ends the instance by an error that nothing in it catches; a caller sees it thrown by its call activity. */
export function terminateByError(execution: Execution, key: number, error: BpmnError): void {
  const { parent } = execution.state;
  emitErrorThrown(execution, key, error);
  cancelProcess(execution);
  execution.emit({ type: 'processInstanceTerminated', errorCode: error.errorCode });
  if (parent) execution.effect({ type: 'reportToCaller', parent, outcome: { kind: 'error', ...error } });
}

/** The errors that an element instance, the scopes around it and all callers would catch. */
export function caughtErrorsAt(execution: Execution, key: number): CaughtErrors {
  const outer = execution.state.parent?.caughtErrors;
  const codes = new Set(outer?.codes);
  let any = outer?.any ?? false;
  for (
    let at: number | undefined = key;
    at !== undefined && at !== ROOT_KEY;
    at = execution.find(at)?.scope
  ) {
    for (const { event } of boundaryEventsOf(execution, at)) {
      if (event.kind !== 'error') continue;
      if (event.errorCode === undefined) any = true;
      else codes.add(event.errorCode);
    }
  }
  return { any, codes: [...codes] };
}

function boundaryEventsOf(execution: Execution, key: number): readonly BoundaryEvent[] {
  const element = execution.element(execution.instance(key).elementId);
  return 'boundaryEvents' in element ? element.boundaryEvents : [];
}

/** The one for exactly this code goes before one for every error. */
function catcherOf(boundaryEvents: readonly BoundaryEvent[], errorCode: string): BoundaryEvent | undefined {
  const withCode = (code: string | undefined) =>
    boundaryEvents.find(({ event }) => event.kind === 'error' && event.errorCode === code);
  return withCode(errorCode) ?? withCode(undefined);
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
