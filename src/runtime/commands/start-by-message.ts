import type { Variables } from '../../engine/json.js';
import type { DeliveryBody } from '../delivery.js';
import type { Outcome } from '../outcome.js';
import { done } from '../outcome.js';
import type { MessageStartKey, StartSubscriptionRow } from '../ports.js';
import type { TriggeredStart } from '../triggered-starts.js';
import { gatheringStarts, isGathering, triggeredStart, triggeredStarts } from '../triggered-starts.js';
import type { Unit } from '../unit.js';
import { deliver } from '../write-effect.js';
import { arriveMessage, planArrival, planArrivals, startArrived } from './start-by-arrival.js';
import { startWithKey } from './start-with-key.js';

export interface Message {
  readonly name: string;
  readonly correlationKey?: string;
  readonly variables: Variables;
}

/** The instances that a message has started, and the processes whose turn has not come. */
export interface StartedByMessage {
  readonly started: readonly string[];
  readonly busy: readonly MessageStartKey[];
  /** It waits at a parallel multiple start event for what is still to come. */
  readonly waits: boolean;
  /** The processes that it starts, now or later. */
  readonly starts: readonly string[];
}

/**
 * Starts an instance of every process that the message starts. With a correlation key, each process has one active instance for
 * the key at most, and messages that wait for it go first. At a parallel multiple start event it waits for the other triggers,
 * but not with `onlyNow`. `only`: no other processes than these.
 */
export async function startByMessage(
  unit: Unit,
  message: Message,
  { onlyNow, only }: { readonly onlyNow: boolean; readonly only?: readonly string[] },
): Promise<Outcome<StartedByMessage>> {
  const { tenantId } = unit.context;
  const found = await unit.tx.startSubscriptions.find(tenantId, 'message', message.name);
  const isMeant = ({ bpmnProcessId }: StartSubscriptionRow): boolean =>
    only === undefined || only.includes(bpmnProcessId);
  const subscriptions = found.filter(isMeant);
  for (const key of keysOf(subscriptions, message)) await unit.tx.messageStarts.lock(key);
  await letOlderGoFirst(unit, message, keysOf(subscriptions, message));
  const starts = await triggeredStarts(unit, 'message', message.name, found, isMeant);
  const planned = await planArrivals(unit, starts.filter(isGathering), message);
  if (!planned.ok) return planned;
  const alone = await startAlone(
    unit,
    starts.filter((start) => !isGathering(start)),
    message,
  );
  const started = [...alone.started];
  let waits = false;
  for (const plan of planned.value) {
    const [key] = keysOf([plan.start], message);
    const isHeld = key !== undefined && (await isBusy(unit, key));
    const arrived = await arriveMessage(unit, plan, { isBusy: isHeld, onlyNow });
    if (arrived.started !== undefined) started.push(arrived.started);
    waits ||= arrived.waits;
  }
  return done({ started, busy: alone.busy, waits, starts: startsOf(subscriptions) });
}

/** Messages that were buffered before the process was deployed wait for it from then on; usually their turn has come already. */
async function letOlderGoFirst(
  unit: Unit,
  { name, correlationKey }: Message,
  keys: readonly MessageStartKey[],
): Promise<void> {
  const { messages } = unit.tx;
  if (!correlationKey || keys.length === 0) return;
  if (!(await messages.findBuffered(unit.context.tenantId, name, correlationKey))) return;
  for (const key of keys) if (!(await isBusy(unit, key))) startInTurn(unit, key, name);
}

/** The buffered messages with the key wait for their turn in a process, which may have come. */
export function startInTurn(unit: Unit, key: MessageStartKey, name: string): void {
  const { tenantId, bpmnProcessId, correlationKey } = key;
  unit.tx.messageStarts.waitBuffered(key, name);
  const body = { kind: 'startBuffered', bpmnProcessId, correlationKey } as const;
  deliver({ ...unit, hops: unit.hops - 1 }, tenantId, body);
}

/** Those that need nothing but the message. */
async function startAlone(
  unit: Unit,
  starts: readonly TriggeredStart[],
  message: Message,
): Promise<Pick<StartedByMessage, 'started' | 'busy'>> {
  const keys = keysOf(starts, message);
  const busy = new Map<string, MessageStartKey>();
  for (const key of keys) if (await isBusy(unit, key)) busy.set(key.bpmnProcessId, key);
  const started: string[] = [];
  const begun = new Set<string>();
  for (const start of starts) {
    const { bpmnProcessId } = start;
    if (busy.has(bpmnProcessId) || (keys.length > 0 && begun.has(bpmnProcessId))) continue;
    begun.add(bpmnProcessId);
    started.push(await startWithKey(unit, start, message));
  }
  return { started, busy: [...busy.values()] };
}

/** How many instances one unit starts of those that end at once; others wait for the next. */
const STARTS_MAX = 100;

/** An instance with the key has ended: the oldest message that waits for that starts the next one. */
export async function startBuffered(
  unit: Unit,
  body: Extract<DeliveryBody, { kind: 'startBuffered' }>,
): Promise<Outcome<null>> {
  const { tx } = unit;
  const { tenantId } = unit.context;
  const { bpmnProcessId, correlationKey } = body;
  const key = { tenantId, bpmnProcessId, correlationKey };
  await tx.messageStarts.lock(key);
  const gathering = await gatheringStarts(unit, tenantId, bpmnProcessId);
  for (let count = 0; !(await tx.messageStarts.isHeld(key)); count++) {
    if (count === STARTS_MAX) {
      deliver({ ...unit, hops: unit.hops - 1 }, tenantId, body);
      return done(null);
    }
    const next = await tx.messageStarts.findWaiting(key);
    if (!next) {
      if (await startArrived(unit, gathering, correlationKey)) continue;
      return done(null);
    }
    // A step that begins to wait may take it, under the same lock.
    await tx.messages.lock(tenantId, next.name, correlationKey);
    const message = await tx.messageStarts.findWaiting(key);
    if (message?.messageRowId !== next.messageRowId) continue;
    tx.messageStarts.removeWaiting(key, message.messageRowId);
    const subscriptions = await tx.startSubscriptions.find(tenantId, 'message', message.name);
    const subscription = subscriptions.find((it) => it.bpmnProcessId === bpmnProcessId);
    const start = subscription && (await triggeredStart(unit, subscription));
    // The latest version may not be started by it any more.
    if (!start) continue;
    tx.messages.markStarted(message.messageRowId);
    const caused = { ...unit, hops: message.hops };
    if (isGathering(start)) {
      const arrival = await planArrival(caused, start, message);
      await arriveMessage(caused, arrival, { isBusy: false, onlyNow: false });
    } else await startWithKey(caused, start, message);
  }
  return done(null);
}

/** The processes of the subscriptions. */
export function startsOf(subscriptions: readonly StartSubscriptionRow[]): readonly string[] {
  return subscriptions.map(({ bpmnProcessId }) => bpmnProcessId);
}

/** One for each process, in the order of the processes. */
function keysOf(
  starts: readonly Pick<StartSubscriptionRow, 'tenantId' | 'bpmnProcessId'>[],
  { correlationKey }: Message,
): readonly MessageStartKey[] {
  if (!correlationKey) return [];
  const keys = starts.map(
    ({ tenantId, bpmnProcessId }) => [bpmnProcessId, { tenantId, bpmnProcessId, correlationKey }] as const,
  );
  return [...new Map(keys).values()];
}

async function isBusy(unit: Unit, key: MessageStartKey): Promise<boolean> {
  const { messageStarts } = unit.tx;
  return (await messageStarts.isHeld(key)) || (await messageStarts.findWaiting(key)) !== undefined;
}
