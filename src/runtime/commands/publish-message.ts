import { applyCommand } from '../apply-command.js';
import { notFound } from '../instances.js';
import type { Outcome } from '../outcome.js';
import { done, refused } from '../outcome.js';
import type { MessageResult, MessageStartKey, MessageSubscriptionRow } from '../ports.js';
import { laneTo, TransactionConflict } from '../ports.js';
import { isWithinMessages } from '../reach.js';
import type { PublishedMessage, PublishInput } from '../runtime.js';
import type { Unit, UseCase } from '../unit.js';
import { type Message, startByMessage, startsOf } from './start-by-message.js';

/**
 * Hands a message to one waiting step; where none waits, to the processes that it starts; else keeps it for its time to
 * live. A process of which a message with the same correlation key has started an instance that is active is not started; its turn
 * comes when that has ended, within the time to live. At a parallel multiple start event it waits for the other triggers, whatever
 * its time to live; too many there are refused with `limit-exceeded`. A message for a step of a suspended instance waits for that instance. A `messageId` that was seen within its time to live answers as before and changes nothing.
 */
export function publishMessage(input: PublishInput): UseCase<PublishedMessage> {
  return async (unit) => {
    const { name, correlationKey, timeToLiveMs = 0, variables = {} } = input;
    const { tenantId } = unit.context;
    const { messages, now } = unit.tx;
    const allowed = allowMessage(unit, name);
    if (!allowed.ok) return allowed;
    if (input.messageId !== undefined) {
      await messages.lock(tenantId, `messageId of ${name}`, input.messageId);
      const seen = await messages.findByMessageId(tenantId, name, input.messageId);
      if (seen && seen.expiresAt > now)
        return done({ messageId: input.messageId, ...seen.result, duplicate: true });
    }
    const messageId = input.messageId ?? unit.newId();
    const message: Message = { name, variables, ...(correlationKey === undefined ? {} : { correlationKey }) };
    const taken = await consume(unit, message, { onlyNow: false, isKept: timeToLiveMs > 0 });
    if (taken.by === 'refused') return taken.refusal;
    if (taken.by === 'suspended') holdFor(unit, taken.processInstanceId, message, timeToLiveMs);
    const isKept = timeToLiveMs > 0 || taken.by === 'suspended';
    const result: MessageResult =
      taken.by === 'somebody'
        ? taken.result
        : { outcome: isKept ? 'buffered' : 'discarded', processInstanceIds: [] };
    if (timeToLiveMs > 0) {
      const messageRowId = unit.newId();
      const expiresAt = now + timeToLiveMs;
      const busy = taken.by === 'suspended' ? [] : taken.busy;
      messages.insert({
        messageRowId,
        tenantId,
        ...message,
        messageId,
        state: taken.by === 'nobody' ? 'buffered' : busy.length > 0 ? 'started' : 'consumed',
        publishedAt: now,
        expiresAt,
        result,
        hops: unit.hops,
      });
      for (const key of busy) unit.tx.messageStarts.wait({ ...key, messageRowId, expiresAt });
    }
    noteMessage(unit, result.processInstanceIds, { messageId });
    return done({ messageId, ...result });
  };
}

/** As {@link publishMessage}, but refused with `no-subscription` where nobody takes it. */
export function correlateMessage(
  input: Omit<PublishInput, 'timeToLiveMs' | 'messageId'>,
): UseCase<{ readonly processInstanceId: string }> {
  return async (unit) => {
    const { name, correlationKey, variables = {} } = input;
    const allowed = allowMessage(unit, name);
    if (!allowed.ok) return allowed;
    const message: Message = { name, variables, ...(correlationKey === undefined ? {} : { correlationKey }) };
    const taken = await consume(unit, message, { onlyNow: true });
    if (taken.by === 'refused') return taken.refusal;
    if (taken.by === 'suspended') {
      const detail = `Expected process instance ${taken.processInstanceId}, which waits for message "${name}", not to be suspended but it is.`;
      return refused('suspended', detail);
    }
    const [processInstanceId] = taken.by === 'somebody' ? taken.result.processInstanceIds : [];
    if (processInstanceId !== undefined) {
      noteMessage(unit, [processInstanceId], {});
      return done({ processInstanceId });
    }
    const key =
      correlationKey === undefined ? 'without correlation key' : `with correlation key "${correlationKey}"`;
    return refused(
      'no-subscription',
      `Expected somebody to wait for message "${name}" ${key} but nobody does.`,
    );
  };
}

function noteMessage(
  { audit }: Unit,
  [processInstanceId, ...others]: readonly string[],
  more: Readonly<Record<string, string>>,
): void {
  const isOne = processInstanceId !== undefined && others.length === 0;
  audit.about({ ...(isOne ? { processInstanceId } : {}), ...more });
}

/**
 * Who may use the name may send the message to whoever waits for it, also to processes that it does not reach otherwise: senders do not
 * know receivers.
 */
function allowMessage({ context }: Unit, name: string): Outcome<null> {
  if (isWithinMessages(context.reach, name)) return done(null);
  return refused('forbidden', `Expected a grant for the message "${name}" but ${context.actor} has none.`);
}

/** How often a subscription may turn out to be gone before the whole transaction begins again. */
const ATTEMPTS_MAX = 10;

type Taken =
  | {
      readonly by: 'somebody';
      readonly result: MessageResult;
      /** Processes that it does not start yet. */
      readonly busy: readonly MessageStartKey[];
    }
  /** The step that is to have it belongs to an instance that is suspended. */
  | { readonly by: 'suspended'; readonly processInstanceId: string }
  | { readonly by: 'nobody'; readonly busy: readonly MessageStartKey[] }
  | { readonly by: 'refused'; readonly refusal: Outcome<never> };

async function consume(
  unit: Unit,
  message: Message,
  options: { readonly onlyNow: boolean; readonly isKept?: boolean },
): Promise<Taken> {
  const { tenantId } = unit.context;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const subscription = await find(unit, message);
    if (subscription) {
      const { processInstanceId } = subscription;
      const correlated = await correlate(unit, subscription, message);
      if (correlated.ok) return takenBy('correlated', [processInstanceId]);
      if (correlated.problem.code === 'suspended') return { by: 'suspended', processInstanceId };
      continue;
    }
    const begun = await startByMessage(unit, message, options);
    if (!begun.ok) return { by: 'refused', refusal: begun };
    const { started, busy, waits } = begun.value;
    if (started.length > 0) return takenBy('started', started, busy);
    if (waits) return takenBy('buffered', [], busy);
    // Whoever opens a subscription looks for buffered messages under the same lock. It may be taken after the lock of an
    // instance only: where somebody waits by now, the transaction begins again instead of locking that instance here.
    await unit.tx.messages.lock(tenantId, message.name, message.correlationKey);
    if (await find(unit, message)) break;
    if (options.isKept === true && (await isStartedByOthers(unit, message, begun.value.starts))) break;
    return { by: 'nobody', busy };
  }
  throw new TransactionConflict(
    `Message "${message.name}" met subscriptions or deployments that came meanwhile.`,
  );
}

/** A deployment looks for what is buffered. Whether one has come between, which did not see this message: it begins again. */
async function isStartedByOthers(
  { tx, context: { tenantId } }: Unit,
  { name }: Message,
  known: readonly string[],
): Promise<boolean> {
  await tx.messages.lockToBuffer(tenantId, name);
  const now = await tx.startSubscriptions.find(tenantId, 'message', name);
  return startsOf(now).some((id) => !known.includes(id));
}

function takenBy(
  outcome: MessageResult['outcome'],
  processInstanceIds: readonly string[],
  busy: readonly MessageStartKey[] = [],
): Taken {
  return { by: 'somebody', result: { outcome, processInstanceIds }, busy };
}

/** The message is published anew when the instance is resumed or has ended: whoever waits then gets it. */
function holdFor(unit: Unit, processInstanceId: string, message: Message, timeToLiveMs: number): void {
  const { name: messageName, ...rest } = message;
  const body = { kind: 'publishMessage', messageName, timeToLiveMs, ...rest } as const;
  const { hops, lane = laneTo(processInstanceId), context } = unit;
  unit.tx.deliveries.hold({ tenantId: context.tenantId, hops, lane, body }, processInstanceId);
}

async function find(
  unit: Unit,
  { name, correlationKey }: Message,
): Promise<MessageSubscriptionRow | undefined> {
  if (correlationKey === undefined) return undefined;
  return unit.tx.messageSubscriptions.find(unit.context.tenantId, name, correlationKey);
}

async function correlate(
  unit: Unit,
  subscription: MessageSubscriptionRow,
  { name, variables }: Message,
): Promise<Outcome<unknown>> {
  const { processInstanceId, elementInstanceKey, subscriptionKey } = subscription;
  const row = await unit.tx.processInstances.load(unit.context.tenantId, processInstanceId);
  // It has ended and been deleted since the subscription was found.
  if (!row) return notFound('process instance', processInstanceId);
  return applyCommand(unit, row, {
    type: 'correlateMessage',
    elementInstanceKey,
    waitKey: subscriptionKey,
    messageName: name,
    variables,
  });
}
