import { cancelElement } from '../cancel.js';
import { cancelEventOf } from './cancel-event.js';
import type { Execution } from '../execution.js';
import type { Variables } from '../json.js';
import { compensationStart } from './compensation-start.js';
import type { Activity, BoundaryEvent, StartEvent } from '../process-model.js';
import type { CompensationRecord, ElementInstance } from '../state.js';

/**
 * The next handler of a compensation under way: those of the activities that completed last come first, one after the other
 * (BPMN 2.0.2 §13.5.5). `compensator` is what waits for them: a throw event, a scope, a transaction. When none is left, it goes on.
 */
export function continueCompensation(execution: Execution, compensator: number): void {
  for (;;) {
    const { compensating, canceling } = execution.find(compensator) ?? {};
    if (!compensating) return;
    const record = compensating.at(-1);
    if (record) {
      execution.emit({ type: 'compensationContinued', key: compensator });
      if (compensate(execution, compensator, record)) return;
      continue;
    }
    execution.emit({ type: 'compensationEnded', key: compensator });
    if (canceling) leaveTransaction(execution, compensator);
    else if (isThrower(execution, compensator)) execution.complete(compensator);
    return;
  }
}

/** An interrupting boundary event has occurred: its activity is terminated, its flow taken. A handler that is interrupted is done. */
export function interruptActivity(
  execution: Execution,
  key: number,
  event: BoundaryEvent,
  variables: Variables,
): void {
  const scope = execution.scopeOf(key);
  const { compensates } = execution.instance(key);
  cancelElement(execution, key);
  execution.appear(event, scope, variables);
  if (compensates !== undefined) continueCompensation(execution, compensates);
}

/** The transaction is undone: the flow of its cancel boundary event is taken. */
function leaveTransaction(execution: Execution, key: number): void {
  const { elementId } = execution.instance(key);
  const event = cancelEventOf(execution.element(elementId));
  if (!event) throw new Error(`Expected a cancel boundary event at "${elementId}".`);
  interruptActivity(execution, key, event, {});
}

/** Begins to compensate, and waits for the first handler. @param records in order of completion; at least one */
export function beginCompensation(
  execution: Execution,
  compensator: number,
  records: readonly CompensationRecord[],
  scopes: readonly number[],
): void {
  const isUnderWay = execution.instance(compensator).compensating !== undefined;
  execution.emit({ type: 'compensationBegun', key: compensator, records, scopes });
  if (!isUnderWay) continueCompensation(execution, compensator);
}

/** The compensation event sub-process of a scope, if it has one (BPMN 2.0.2 §10.7.1). */
export function compensationStartOf(execution: Execution, elementId: string): StartEvent | undefined {
  return compensationStart(execution.element(elementId));
}

/**
 * What compensates an activity that completed: the handler that is associated with its boundary event; else, of a sub-process, which is
 * opened again as it was when it completed, its compensation event sub-process; else the handlers of what completed inside.
 * @returns whether there is something to wait for: not where the definition that the instance has been migrated to has no handler
 */
function compensate(execution: Execution, compensator: number, record: CompensationRecord): boolean {
  const { key, elementId, variables, inner = [], isOpen } = record;
  const handler = isOpen ? undefined : execution.process.compensationHandlers.get(elementId);
  const start = isOpen ? undefined : compensationStartOf(execution, elementId);
  if (!handler && !start && inner.length === 0) return false;
  const scope = scopeAround(execution, compensator, execution.element(elementId).parentId);
  if (handler) {
    startHandler(execution, handler, scope, compensator, variables);
    return true;
  }
  execution.emit({
    type: 'scopeReopened',
    key,
    elementId,
    scope,
    compensates: compensator,
    compensations: inner,
    ...(variables && { variables }),
  });
  if (start) startInside(execution, key, start);
  else beginCompensation(execution, key, inner, [key]);
  if (execution.instance(key).tokens === 0) execution.complete(key);
  return true;
}

function startInside(execution: Execution, scope: number, start: StartEvent): void {
  const eventSubProcess = execution.open(execution.element(start.parentId ?? ''), scope);
  execution.open(start, eventSubProcess, { starts: true });
  execution.activate(eventSubProcess);
}

function startHandler(
  execution: Execution,
  handler: Activity,
  scope: number,
  compensates: number,
  variables: CompensationRecord['variables'],
): void {
  const key = execution.open(handler, scope, { compensates, ...(variables && { variables }) });
  execution.activate(key);
}

/** The nearest open instance of the scope that contains the element, from the compensator outwards. */
function scopeAround(execution: Execution, compensator: number, parentId: string | undefined): number {
  for (let at: number | undefined = compensator; at !== undefined; at = execution.find(at)?.scope) {
    const { elementId, scope, loop } = execution.instance(at);
    if (parentId === undefined ? scope === undefined : elementId === parentId && !loop) return at;
  }
  throw new Error(`Expected compensator ${compensator} to be inside "${parentId ?? 'the process'}".`);
}

/** A throw event waits for its handlers; a scope only holds what is to be done inside it. */
function isThrower(execution: Execution, key: number): boolean {
  const element = execution.process.elements.get(execution.instance(key).elementId);
  return element?.type === 'intermediateThrowEvent' || element?.type === 'endEvent';
}

/** How an activity that completes can be compensated; undefined where it cannot. */
export function compensabilityOf(
  execution: Execution,
  { elementId, loop, compensations = [], compensates }: ElementInstance,
): 'handler' | 'scope' | undefined {
  if (compensates !== undefined) return undefined;
  if (!loop && execution.process.compensationHandlers.has(elementId)) return 'handler';
  const isScope =
    compensations.length > 0 || (!loop && compensationStartOf(execution, elementId) !== undefined);
  return isScope ? 'scope' : undefined;
}
