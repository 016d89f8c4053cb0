import type { Variables } from '../../engine/json.js';
import { completeSet, deliverComplete, shareOut } from '../arrivals.js';
import type { Outcome } from '../outcome.js';
import { done, refused } from '../outcome.js';
import type { StartArrivalRow } from '../ports.js';
import { arrivalLimits } from '../start-arrival.js';
import type { GatheringStart } from '../triggered-starts.js';
import type { Unit } from '../unit.js';
import { startWithKey } from './start-with-key.js';

/** What a message comes to at a parallel multiple start event. */
interface MessageArrival {
  readonly start: GatheringStart;
  readonly arrival: StartArrivalRow;
  /** Everything is there with it. */
  readonly set?: readonly StartArrivalRow[];
}

interface Message {
  readonly name: string;
  readonly correlationKey?: string;
  readonly variables: Variables;
}

/** What a message comes to at each of them; refused with `limit-exceeded` where too many wait. Writes nothing. */
export async function planArrivals(
  unit: Unit,
  starts: readonly GatheringStart[],
  message: Message,
): Promise<Outcome<readonly MessageArrival[]>> {
  const plans: MessageArrival[] = [];
  for (const start of starts) {
    const plan = await planArrival(unit, start, message);
    const full = plan.set === undefined ? await fullAt(unit, plan, message.name) : undefined;
    if (full !== undefined) return refused('limit-exceeded', full);
    plans.push(plan);
  }
  return done(plans);
}

/** As {@link planArrivals}, however many wait. */
export async function planArrival(
  unit: Unit,
  start: GatheringStart,
  { name, correlationKey = '', variables }: Message,
): Promise<MessageArrival> {
  const { startArrivals } = unit.tx;
  const arrival = arrivalAt(unit, start, correlationKey, `message:${name}`, variables);
  const own = await startArrivals.oldest(start, correlationKey);
  const forAll = correlationKey === '' ? [] : await startArrivals.oldest(start, '');
  // Those of its name that came before it go first.
  const isFirst = own.every(({ part }) => part !== arrival.part);
  const set = isFirst ? completeSet(start.parts, [...own, arrival], forAll) : undefined;
  return { start, arrival, ...(set && { set }) };
}

async function fullAt(
  unit: Unit,
  { start, arrival }: MessageArrival,
  name: string,
): Promise<string | undefined> {
  const { correlationKey, part } = arrival;
  const { ofKey, ofStart } = await unit.tx.startArrivals.count(start, correlationKey, part);
  const { perKey, perStart } = arrivalLimits;
  const where = `at parallel multiple start event "${start.elementId}" of process "${start.bpmnProcessId}"`;
  if (ofKey >= perKey)
    return `Expected at most ${perKey} messages "${name}" with one correlation key to wait ${where} but found ${ofKey}.`;
  if (ofStart >= perStart)
    return `Expected at most ${perStart} triggers to wait ${where} but found ${ofStart}.`;
  return undefined;
}

/** Starts an instance with the message and what was there, unless the key is busy; else the message waits. */
export async function arriveMessage(
  unit: Unit,
  { start, arrival, set }: MessageArrival,
  { isBusy, onlyNow }: { readonly isBusy: boolean; readonly onlyNow: boolean },
): Promise<{ readonly started?: string; readonly waits: boolean }> {
  const { startArrivals } = unit.tx;
  const { correlationKey } = arrival;
  if (set && !isBusy) return { started: await startSet(unit, start, correlationKey, set), waits: false };
  if (onlyNow) return { waits: false };
  startArrivals.insert(arrival);
  // The key's turn comes when its instance has ended; nobody else takes what it has got.
  for (const row of (set ?? []).filter((it) => it.correlationKey !== correlationKey)) {
    startArrivals.remove(row);
    startArrivals.insert({ ...row, correlationKey });
  }
  return { waits: true };
}

/**
 * A signal, timer or condition occurs at a parallel multiple start event; one that waits already counts once. Where all else is
 * there, an instance without key is started, which is answered, and one for each key that waits, soon after.
 */
export async function arriveForAll(
  unit: Unit,
  start: GatheringStart,
  part: string,
  variables: Variables,
): Promise<string | undefined> {
  const { startArrivals } = unit.tx;
  const waiting = await startArrivals.oldest(start, '');
  if (waiting.some((row) => row.part === part)) return undefined;
  startArrivals.insert(arrivalAt(unit, start, '', part, variables));
  const set = await shareOut(unit, start, start.parts);
  const started = set && (await startSet(unit, start, '', set));
  await deliverComplete(unit, start, start.parts);
  return started;
}

/** Starts an instance with what has arrived for the key at one of them, if all of it has; answers whether it did. */
export async function startArrived(
  unit: Unit,
  starts: readonly GatheringStart[],
  correlationKey: string,
): Promise<boolean> {
  const { startArrivals } = unit.tx;
  for (const start of starts) {
    const own = await startArrivals.oldest(start, correlationKey);
    const forAll = correlationKey === '' ? [] : await startArrivals.oldest(start, '');
    const set = completeSet(start.parts, own, forAll);
    if (!set) continue;
    await startSet(unit, start, correlationKey, set);
    return true;
  }
  return false;
}

async function startSet(
  unit: Unit,
  start: GatheringStart,
  correlationKey: string,
  set: readonly StartArrivalRow[],
): Promise<string> {
  for (const row of set) unit.tx.startArrivals.remove(row);
  const inOrder = [...set].sort((a, b) => (a.sequence < b.sequence ? -1 : 1));
  const variables = inOrder.reduce<Variables>((all, row) => ({ ...all, ...row.variables }), {});
  const hops = Math.max(unit.hops, ...set.map((row) => row.hops));
  return startWithKey({ ...unit, hops }, start, {
    variables,
    ...(correlationKey === '' ? {} : { correlationKey }),
  });
}

function arrivalAt(
  unit: Unit,
  { tenantId, bpmnProcessId, elementId }: GatheringStart,
  correlationKey: string,
  part: string,
  variables: Variables,
): StartArrivalRow {
  const place = { tenantId, bpmnProcessId, elementId, correlationKey, part };
  const { hops, tx } = unit;
  // The time is the database's; ids of several nodes rise by the clocks of those.
  const sequence = `${String(tx.now).padStart(15, '0')} ${unit.newId()}`;
  return { ...place, sequence, variables, hops, createdAt: tx.now };
}
