import type { GatheredStart } from './gathered-starts.js';
import { isMessagePart } from './gathered-starts.js';
import type { ProcessDefinitionRow, StartArrivalRow, StartPlace } from './ports.js';
import type { Unit } from './unit.js';

/** The oldest arrival of each part, if there is one of every part: of `own`, or what is no message and is for all. */
export function completeSet(
  parts: readonly string[],
  own: readonly StartArrivalRow[],
  forAll: readonly StartArrivalRow[] = [],
): readonly StartArrivalRow[] | undefined {
  const set = parts.flatMap((part) => {
    const isPart = (row: StartArrivalRow): boolean => row.part === part;
    return own.find(isPart) ?? (isMessagePart(part) ? undefined : forAll.find(isPart)) ?? [];
  });
  return set.length === parts.length ? set : undefined;
}

/**
 * Gives what is no message, once all of it is there, to every key that waits for it. Answers what starts an instance without
 * any key.
 */
export async function shareOut(
  unit: Unit,
  place: StartPlace,
  parts: readonly string[],
): Promise<readonly StartArrivalRow[] | undefined> {
  const { startArrivals } = unit.tx;
  const withoutKey = await startArrivals.oldest(place, '');
  const others = withoutKey.filter(({ part }) => !isMessagePart(part));
  const messages = parts.filter(isMessagePart).length;
  const areAllThere = others.length + messages === parts.length;
  const isShared = messages > 0 && others.length > 0 && areAllThere;
  const taken = isShared ? await startArrivals.shareOut(place, messages) : 0;
  const set = completeSet(parts, withoutKey);
  if (taken > 0 && set === undefined) for (const row of others) startArrivals.remove(row);
  return set;
}

/** Has every key looked at of which all parts are there; each starts its instance soon, in a transaction of its own. */
export async function deliverComplete(
  unit: Unit,
  place: StartPlace,
  parts: readonly string[],
): Promise<void> {
  const { tx, wakeups, hops } = unit;
  const keys = await tx.startArrivals.deliverComplete(place, parts.length, hops + 1);
  if (keys > 0) tx.afterCommit(() => wakeups.deliveriesWritten());
}

/** Another version is the latest: drops what waits for a part that it lacks. What waited for nothing else starts an instance. */
export async function keepArrivals(
  unit: Unit,
  { tenantId, bpmnProcessId }: Pick<ProcessDefinitionRow, 'tenantId' | 'bpmnProcessId'>,
  gathered: readonly GatheredStart[],
): Promise<void> {
  const { startArrivals } = unit.tx;
  await startArrivals.lock(tenantId, bpmnProcessId);
  const waiting = await startArrivals.listParts(tenantId, bpmnProcessId);
  for (const { elementId, part } of waiting) {
    const start = gathered.find((it) => it.elementId === elementId);
    if (!start?.parts.includes(part)) startArrivals.removePart({ tenantId, bpmnProcessId, elementId }, part);
  }
  for (const { elementId, parts } of gathered) {
    if (!waiting.some((it) => it.elementId === elementId)) continue;
    const place = { tenantId, bpmnProcessId, elementId };
    await shareOut(unit, place, parts);
    await deliverComplete(unit, place, parts);
  }
}
