import type { DeliveryBody, KeptMessages } from '../delivery.js';
import type { Outcome } from '../outcome.js';
import { done } from '../outcome.js';
import type { MessageRow } from '../ports.js';
import { gatheringStarts } from '../triggered-starts.js';
import type { Unit } from '../unit.js';
import { UnknownKind } from '../unknown-kind.js';
import { deliver } from '../write-effect.js';
import { startByMessage, startInTurn } from './start-by-message.js';

type Body = Extract<DeliveryBody, { kind: 'startByKept' }>;

/** How many messages, or keys of messages, one unit looks at. */
const PAGE = 100;

/**
 * Messages, by their names, start processes that they did not start before. What is buffered of them starts instances soon, in units
 * of their own: with a correlation key one instance for each key, the oldest first, the next when that has ended.
 */
export async function startByBuffered(
  unit: Unit,
  processes: ReadonlyMap<string, readonly string[]>,
): Promise<void> {
  const { tx, context } = unit;
  const { tenantId } = context;
  for (const messageName of [...processes.keys()].sort()) {
    await tx.messages.lockToStart(tenantId, messageName);
    if (!(await tx.messages.hasBuffered(tenantId, messageName))) continue;
    const bpmnProcessIds = [...(processes.get(messageName) ?? [])].sort();
    const about = { kind: 'startByKept', messageName, bpmnProcessIds } as const;
    deliver(unit, tenantId, { ...about, of: { kind: 'withoutKey', after: '' } });
    deliver(unit, tenantId, { ...about, of: { kind: 'withKey', after: '' } });
  }
}

/** Starts by what is buffered; one unit does a part of it and leaves the rest to the next. */
export async function startByKept(unit: Unit, body: Body): Promise<Outcome<null>> {
  const { of } = body;
  switch (of.kind) {
    case 'withoutKey':
      return startWithoutKey(unit, body, of.after);
    case 'withKey':
      return startWithKeys(unit, body, of.after);
    case 'key':
      return startOfKey(unit, body, of.correlationKey);
    default:
      of satisfies never;
      throw new UnknownKind(`kept messages ${JSON.stringify((of as KeptMessages).kind)}`);
  }
}

async function startWithoutKey(unit: Unit, body: Body, after: string): Promise<Outcome<null>> {
  const { messages } = unit.tx;
  const { tenantId } = unit.context;
  const { messageName, bpmnProcessIds: only } = body;
  // The locks of processes come before those of messages.
  for (const bpmnProcessId of only) await gatheringStarts(unit, tenantId, bpmnProcessId);
  for (const key of [undefined, '']) await messages.lock(tenantId, messageName, key);
  const page = await messages.listWithoutKey(tenantId, messageName, { after, limit: PAGE });
  for (const message of page) await startBy(unit, message, only);
  const last = page.at(-1);
  if (last && page.length === PAGE) goOn(unit, body, { kind: 'withoutKey', after: last.messageRowId });
  return done(null);
}

/** One that finds no room at a parallel multiple start event stays buffered. */
async function startBy(unit: Unit, message: MessageRow, only: readonly string[]): Promise<void> {
  const { messages } = unit.tx;
  const begun = await startByMessage({ ...unit, hops: message.hops }, message, { onlyNow: false, only });
  if (!begun.ok) return;
  if (begun.value.started.length > 0) messages.markStarted(message.messageRowId);
  else if (begun.value.waits) messages.consume(message.messageRowId);
}

async function startWithKeys(unit: Unit, body: Body, after: string): Promise<Outcome<null>> {
  const { tenantId } = unit.context;
  const keys = await unit.tx.messages.listKeys(tenantId, body.messageName, { after, limit: PAGE });
  for (const correlationKey of keys) goOn(unit, body, { kind: 'key', correlationKey });
  const last = keys.at(-1);
  if (last !== undefined && keys.length === PAGE) goOn(unit, body, { kind: 'withKey', after: last });
  return done(null);
}

/** A step that waits goes first: it takes what is kept by itself. */
async function startOfKey(unit: Unit, body: Body, correlationKey: string): Promise<Outcome<null>> {
  const { tx } = unit;
  const { tenantId } = unit.context;
  const { messageName, bpmnProcessIds } = body;
  if (await tx.messageSubscriptions.find(tenantId, messageName, correlationKey)) return done(null);
  const starts = await tx.startSubscriptions.find(tenantId, 'message', messageName);
  for (const bpmnProcessId of bpmnProcessIds) {
    if (!starts.some((it) => it.bpmnProcessId === bpmnProcessId)) continue;
    startInTurn(unit, { tenantId, bpmnProcessId, correlationKey }, messageName);
  }
  return done(null);
}

/** It is one and the same thing that goes on: no delivery more led there. */
function goOn(unit: Unit, body: Body, of: KeptMessages): void {
  deliver({ ...unit, hops: unit.hops - 1 }, unit.context.tenantId, { ...body, of });
}
