import { withArticle } from '../engine/with-article.js';
import { isInstanceId, partsOf } from './ids.js';
import type { Outcome } from './outcome.js';
import { done, refused } from './outcome.js';
import type { ProcessInstanceRow } from './ports.js';
import { isWithinProcesses } from './reach.js';
import type { Unit } from './unit.js';

/** Loads and locks an instance, or refuses with `not-found`: where there is none, and alike where the caller does not reach it. */
export async function loadInstance(
  unit: Unit,
  processInstanceId: string,
): Promise<Outcome<ProcessInstanceRow>> {
  if (!isInstanceId(processInstanceId)) return notFound('process instance', processInstanceId);
  const row = await unit.tx.processInstances.load(unit.context.tenantId, processInstanceId);
  return row && isReached(unit, row) ? done(row) : notFound('process instance', processInstanceId);
}

/** As {@link loadInstance}, the instance that an id made of its own belongs to. */
export async function loadOwner(
  unit: Unit,
  what: string,
  id: string,
): Promise<Outcome<{ readonly row: ProcessInstanceRow; readonly key: number }>> {
  const parts = partsOf(id);
  const row = parts && (await unit.tx.processInstances.load(unit.context.tenantId, parts.processInstanceId));
  return row && isReached(unit, row) ? done({ row, key: parts.key }) : notFound(what, id);
}

function isReached({ context }: Unit, { bpmnProcessId }: ProcessInstanceRow): boolean {
  return isWithinProcesses(context.reach, bpmnProcessId);
}

/** Answers nothing where the command was done. */
export async function applied(outcome: Promise<Outcome<ProcessInstanceRow>>): Promise<Outcome<null>> {
  const result = await outcome;
  return result.ok ? done(null) : result;
}

export function notFound(what: string, id: string): Outcome<never> {
  return refused('not-found', `Expected ${withArticle(what)} with id "${id}" but there is none.`);
}

/**
 * Something inside an instance is not there: it has ended when the instance has given out its key, else it never was.
 */
export function endedOrNotFound(
  row: ProcessInstanceRow,
  key: number,
  what: string,
  id: string,
): Outcome<never> {
  if (key < 1 || key > row.state.lastKey) return notFound(what, id);
  return refused('invalid-state', `Expected ${what} "${id}" to be active but it has ended.`);
}
