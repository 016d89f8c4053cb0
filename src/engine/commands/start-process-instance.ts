import type { StartProcessInstance } from '../command.js';
import { partsOf } from '../event-definitions/parts.js';
import type { Execution } from '../execution.js';
import type { Variables } from '../json.js';
import type { Rejection } from '../rejection.js';
import type { Starter } from '../starters.js';
import { othersOfGroup, startersOf } from '../starters.js';
import { ROOT_KEY } from '../state.js';

/**
 * Puts the first token at the start event that occurred; the others take no part (BPMN 2.0.2 §10.5.2). A plain start uses the
 * none start, or every node without incoming flow where there is no start event.
 */
export function startProcessInstance(
  execution: Execution,
  command: StartProcessInstance,
): Rejection | undefined {
  const { scope, bpmnProcessId } = execution.process;
  const { startElementId, variables } = command;
  const chosen = startElementId === undefined ? undefined : starterOf(execution, startElementId);
  if (startElementId !== undefined && !chosen) {
    const message = `Expected "${startElementId}" to be a start event of process "${bpmnProcessId}"; its start events: ${listed(execution)}.`;
    return { code: 'invalid-argument', message };
  }
  if (!chosen && scope.initial.length === 0) {
    const message = `Expected process "${bpmnProcessId}" to have a none start event, one without a trigger, but found others only; startElementId names one of them: ${listed(execution)}.`;
    return { code: 'invalid-state', message };
  }
  const withData = chosen !== undefined && occursWithData(chosen);
  const first = {
    ...declared(execution),
    ...(!withData && variables),
    ...initiated(execution, command, chosen),
  };
  if (Object.keys(first).length > 0)
    execution.emit({ type: 'variablesSet', key: ROOT_KEY, variables: first });
  if (!chosen) execution.attempt(ROOT_KEY, 'activate');
  else {
    const starts = scope.eventSubProcesses.length > 0 && ({ starts: true } as const);
    execution.complete(
      execution.open(chosen, ROOT_KEY, { ...starts, ...(withData && { occurred: variables }) }),
    );
    // Their correlation keys see what the first has brought.
    for (const other of othersOfGroup(chosen)) execution.appear(other, ROOT_KEY);
  }
  return undefined;
}

/** Who started the instance, in the variable that its start event names for it. */
function initiated(
  { process }: Execution,
  { initiator }: StartProcessInstance,
  chosen: Starter['element'] | undefined,
): Variables {
  const element = chosen ?? process.scope.initial[0];
  if (element?.type !== 'startEvent' || element.initiator === undefined || initiator === undefined) return {};
  return { [element.initiator]: initiator };
}

function declared({ process }: Execution): Variables {
  return Object.fromEntries((process.dataNames ?? []).map((name) => [name, null]));
}

function starterOf({ process }: Execution, id: string): Starter['element'] | undefined {
  const start = process.scope.startEvents.find((element) => element.id === id);
  return start ?? startersOf(process).find(({ element }) => element.id === id)?.element;
}

/** What a message or signal carries goes through the element's output mappings; what instantiates has occurred with whatever came. */
function occursWithData(element: Starter['element']): boolean {
  if (element.type !== 'startEvent') return true;
  const { event } = element;
  return partsOf(event).some(({ kind }) => kind === 'message' || kind === 'signal');
}

/** The ids of the start events that something can occur at. */
function listed({ process }: Execution): string {
  const ids = new Set(startersOf(process).map(({ element }) => `"${element.id}"`));
  return [...ids].join(', ') || 'none';
}
