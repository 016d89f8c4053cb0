import type { Variables } from '../../engine/json.js';
import { applyCommand, startInstance } from '../apply-command.js';
import type { Outcome } from '../outcome.js';
import { done, refused } from '../outcome.js';
import type { MessageResult, MessageSubscriptionRow } from '../ports.js';
import { TransactionConflict } from '../ports.js';
import type { PublishedMessage, PublishInput } from '../runtime.js';
import type { Unit, UseCase } from '../unit.js';

interface Message {
  readonly name: string;
  readonly correlationKey?: string;
  readonly variables: Variables;
}

/**
 * Hands a message to one waiting step; where none waits, to the processes that it starts; else keeps it for its time to
 * live. A message for a step of a suspended instance waits for that instance. A `messageId` that was seen within its time to live answers as before and changes nothing.
 */
export function publishMessage(input: PublishInput): UseCase<PublishedMessage> {
  return async (unit) => {
    const { name, correlationKey, timeToLiveMs = 0, variables = {} } = input;
    const { tenantId } = unit.context;
    const { messages, now } = unit.tx;
    if (input.messageId !== undefined) {
      await messages.lock(tenantId, `messageId of ${name}`, input.messageId);
      const seen = await messages.findByMessageId(tenantId, name, input.messageId);
      if (seen && seen.expiresAt > now)
        return done({ messageId: input.messageId, ...seen.result, duplicate: true });
    }
    const messageId = input.messageId ?? unit.newId();
    const message: Message = { name, variables, ...(correlationKey === undefined ? {} : { correlationKey }) };
    const taken = await consume(unit, message);
    if (taken.by === 'suspended') holdFor(unit, taken.processInstanceId, message, timeToLiveMs);
    const isKept = timeToLiveMs > 0 || taken.by === 'suspended';
    const result: MessageResult =
      taken.by === 'somebody'
        ? taken.result
        : { outcome: isKept ? 'buffered' : 'discarded', processInstanceIds: [] };
    if (timeToLiveMs > 0) {
      messages.insert({
        messageRowId: unit.newId(),
        tenantId,
        ...message,
        messageId,
        state: taken.by === 'nobody' ? 'buffered' : 'consumed',
        publishedAt: now,
        expiresAt: now + timeToLiveMs,
        result,
      });
    }
    return done({ messageId, ...result });
  };
}

/** As {@link publishMessage}, but refused with `no-subscription` where nobody takes it. */
export function correlateMessage(
  input: Omit<PublishInput, 'timeToLiveMs' | 'messageId'>,
): UseCase<{ readonly processInstanceId: string }> {
  return async (unit) => {
    const { name, correlationKey, variables = {} } = input;
    const taken = await consume(unit, {
      name,
      variables,
      ...(correlationKey === undefined ? {} : { correlationKey }),
    });
    if (taken.by === 'suspended') {
      const detail = `Expected process instance ${taken.processInstanceId}, which waits for message "${name}", not to be suspended but it is.`;
      return refused('suspended', detail);
    }
    const [processInstanceId] = taken.by === 'somebody' ? taken.result.processInstanceIds : [];
    if (processInstanceId !== undefined) return done({ processInstanceId });
    const key =
      correlationKey === undefined ? 'without correlation key' : `with correlation key "${correlationKey}"`;
    return refused(
      'no-subscription',
      `Expected somebody to wait for message "${name}" ${key} but nobody does.`,
    );
  };
}

/** How often a subscription may turn out to be gone before the whole transaction begins again. */
const ATTEMPTS_MAX = 10;

type Taken =
  | { readonly by: 'somebody'; readonly result: MessageResult }
  /** The step that is to have it belongs to an instance that is suspended. */
  | { readonly by: 'suspended'; readonly processInstanceId: string }
  | { readonly by: 'nobody' };

async function consume(unit: Unit, message: Message): Promise<Taken> {
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
    const started = await startAll(unit, message);
    if (started.length > 0) return takenBy('started', started);
    // Whoever opens a subscription looks for buffered messages under the same lock. It may be taken after the lock of an
    // instance only: where somebody waits by now, the transaction begins again instead of locking that instance here.
    await unit.tx.messages.lock(tenantId, message.name, message.correlationKey);
    if (!(await find(unit, message))) return { by: 'nobody' };
    break;
  }
  throw new TransactionConflict(`Message "${message.name}" met subscriptions that came and went.`);
}

function takenBy(outcome: MessageResult['outcome'], processInstanceIds: readonly string[]): Taken {
  return { by: 'somebody', result: { outcome, processInstanceIds } };
}

/** The message is published anew when the instance is resumed or has ended: whoever waits then gets it. */
function holdFor(unit: Unit, processInstanceId: string, message: Message, timeToLiveMs: number): void {
  const { name: messageName, ...rest } = message;
  const body = { kind: 'publishMessage', messageName, timeToLiveMs, ...rest } as const;
  unit.tx.deliveries.hold({ tenantId: unit.context.tenantId, hops: unit.hops, body }, processInstanceId);
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
  const { processInstanceId, elementInstanceKey, subscriptionKey, subscriptionId } = subscription;
  const row = await unit.tx.processInstances.load(unit.context.tenantId, processInstanceId);
  if (!row)
    throw new Error(`Expected process instance ${processInstanceId} of subscription ${subscriptionId}.`);
  return applyCommand(unit, row, {
    type: 'correlateMessage',
    elementInstanceKey,
    waitKey: subscriptionKey,
    messageName: name,
    variables,
  });
}

async function startAll(
  unit: Unit,
  { name, correlationKey, variables }: Message,
): Promise<readonly string[]> {
  const { tenantId } = unit.context;
  const started: string[] = [];
  for (const { processDefinitionId, elementId } of await unit.tx.startSubscriptions.find(
    tenantId,
    'message',
    name,
  )) {
    const definition = await unit.tx.definitions.find(tenantId, processDefinitionId);
    if (!definition) continue;
    const outcome = await startInstance(unit, definition, {
      startElementId: elementId,
      variables,
      ...(correlationKey === undefined ? {} : { businessKey: correlationKey }),
    });
    if (!outcome.ok) throw new Error(`A message start refused to start: ${outcome.problem.detail}`);
    started.push(outcome.value.processInstanceId);
  }
  return started;
}
