import type { Variables } from '../../engine/json.js';
import { startInstance } from '../apply-command.js';
import type { DeliveryBody } from '../delivery.js';
import type { Outcome } from '../outcome.js';
import { done } from '../outcome.js';
import type { MessageStartKey, StartSubscriptionRow } from '../ports.js';
import type { Unit } from '../unit.js';
import { deliver } from '../write-effect.js';

export interface Message {
  readonly name: string;
  readonly correlationKey?: string;
  readonly variables: Variables;
}

/** The instances that a message has started, and the processes whose turn has not come. */
export interface StartedByMessage {
  readonly started: readonly string[];
  readonly busy: readonly MessageStartKey[];
}

/**
 * Starts an instance of every process that the message starts. With a correlation key, each process has one active instance for
 * the key at most, and messages that wait for it go first.
 */
export async function startByMessage(unit: Unit, message: Message): Promise<StartedByMessage> {
  const { tenantId } = unit.context;
  const subscriptions = await unit.tx.startSubscriptions.find(tenantId, 'message', message.name);
  const keys = keysOf(subscriptions, message);
  for (const key of keys) await unit.tx.messageStarts.lock(key);
  const busy = new Map<string, MessageStartKey>();
  for (const key of keys) if (await isBusy(unit, key)) busy.set(key.bpmnProcessId, key);
  const started: string[] = [];
  const begun = new Set<string>();
  for (const subscription of subscriptions) {
    const { bpmnProcessId } = subscription;
    if (busy.has(bpmnProcessId) || (keys.length > 0 && begun.has(bpmnProcessId))) continue;
    begun.add(bpmnProcessId);
    const processInstanceId = await start(unit, subscription, message);
    if (processInstanceId !== undefined) started.push(processInstanceId);
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
  for (let count = 0; !(await tx.messageStarts.isHeld(key)); count++) {
    const next = await tx.messageStarts.findWaiting(key);
    if (!next) return done(null);
    if (count === STARTS_MAX) {
      deliver({ ...unit, hops: unit.hops - 1 }, tenantId, body);
      return done(null);
    }
    // A step that begins to wait may take it, under the same lock.
    await tx.messages.lock(tenantId, next.name, correlationKey);
    const message = await tx.messageStarts.findWaiting(key);
    if (message?.messageRowId !== next.messageRowId) continue;
    tx.messageStarts.removeWaiting(key, message.messageRowId);
    const subscriptions = await tx.startSubscriptions.find(tenantId, 'message', message.name);
    const subscription = subscriptions.find((it) => it.bpmnProcessId === bpmnProcessId);
    // The latest version may not be started by it any more.
    if (!subscription) continue;
    tx.messages.markStarted(message.messageRowId);
    await start({ ...unit, hops: message.hops }, subscription, message);
  }
  return done(null);
}

/** One for each process, in the order of the processes. */
function keysOf(
  subscriptions: readonly StartSubscriptionRow[],
  { correlationKey }: Message,
): readonly MessageStartKey[] {
  if (!correlationKey) return [];
  const keys = subscriptions.map(
    ({ tenantId, bpmnProcessId }) => [bpmnProcessId, { tenantId, bpmnProcessId, correlationKey }] as const,
  );
  return [...new Map(keys).values()];
}

async function isBusy(unit: Unit, key: MessageStartKey): Promise<boolean> {
  const { messageStarts } = unit.tx;
  return (await messageStarts.isHeld(key)) || (await messageStarts.findWaiting(key)) !== undefined;
}

async function start(
  unit: Unit,
  { tenantId, processDefinitionId, elementId }: StartSubscriptionRow,
  { correlationKey, variables }: Message,
): Promise<string | undefined> {
  const definition = await unit.tx.definitions.find(tenantId, processDefinitionId);
  if (!definition) return undefined;
  const outcome = await startInstance(unit, definition, {
    startElementId: elementId,
    variables,
    ...(correlationKey === undefined ? {} : { businessKey: correlationKey }),
  });
  if (!outcome.ok) throw new Error(`A message start refused to start: ${outcome.problem.detail}`);
  const { processInstanceId, bpmnProcessId, state } = outcome.value;
  if (correlationKey && state.status === 'active')
    unit.tx.messageStarts.hold({ tenantId, bpmnProcessId, correlationKey, processInstanceId });
  return processInstanceId;
}
