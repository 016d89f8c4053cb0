import { createHash } from 'node:crypto';
import type { Channel } from '../../../platform/channels/channel.js';
import type { Logger } from '../../../platform/logger.js';
import type { Outcome } from '../../../runtime/outcome.js';
import type { ReceivedReply, Reply, RequestContext, Runtime } from '../../../runtime/runtime.js';
import type { WaitingStep } from '../../../runtime/waiting-step.js';
import { namedCaseNumbers } from '../case-number.js';
import type { Journey, JourneyFinder } from '../find-journeys.js';
import { choiceOfText } from '../match-choice.js';
import { phoneNumber } from '../phone-number.js';
import type { SingleFlight } from '../single-flight.js';
import type { IncomingReply } from './incoming-reply.js';
import { replyVariables } from './reply-variables.js';

/** What replies are taken with. */
export interface ReplyDesk {
  readonly channel: Channel & { readonly kind: 'mail' | 'sms' };
  readonly runtime: Pick<Runtime, 'receiveReply'>;
  readonly finder: JourneyFinder;
  /** Of this channel. */
  readonly context: RequestContext;
  readonly flights: SingleFlight;
  readonly logger: Logger;
}

/** What became of a reply. */
export interface TakenReply {
  /** Whether a journey was found that it belongs to. */
  readonly assigned: boolean;
  readonly outcome: ReceivedReply['outcome'];
  /** It came before, and changed nothing now. */
  readonly duplicate: boolean;
}

type Target =
  | { readonly found: true; readonly journeys: readonly Journey[]; readonly correlationKey: string }
  | { readonly found: false; readonly reason: Unassigned; readonly caseNumber?: string };

/** Why nobody knows whose reply it is. */
type Unassigned = 'unknown-case-number' | 'foreign-sender' | 'unknown-sender' | 'several-journeys';

/**
 * Gives a reply to the journey that it names or whose person sent it: as the choice that its first line is at a waiting step, else
 * as the channel's message. One that belongs to no journey is published too, under another name, and kept for a while.
 * The same message id is taken once.
 */
export async function takeReply(desk: ReplyDesk, reply: IncomingReply): Promise<Outcome<TakenReply>> {
  const target = await findTarget(desk, reply);
  const { channel } = desk;
  const messageId = messageIdOf(reply);
  const context = { ...desk.context, idempotency: { operation: channel.kind, ...onceBy(messageId) } };
  const input = target.found
    ? await assignedReply(desk, reply, target, messageId)
    : unassignedReply(channel, reply, target, messageId);
  const outcome = await desk.flights.do(`${context.actor} ${messageId}`, () =>
    desk.runtime.receiveReply(context, input),
  );
  if (!outcome.ok) return outcome;
  const duplicate =
    outcome.replayed === true || ('duplicate' in outcome.value && outcome.value.duplicate === true);
  log(desk, target, outcome.value, duplicate);
  return { ok: true, value: { assigned: target.found, outcome: outcome.value.outcome, duplicate } };
}

async function findTarget(desk: ReplyDesk, reply: IncomingReply): Promise<Target> {
  const { channel, finder } = desk;
  const [caseNumber, ...others] = namedCaseNumbers(channel.caseNumbers, [reply.subject ?? '', reply.text]);
  // What names a case is about that one or about none: the sender's other journeys are not meant.
  if (caseNumber === undefined) return bySender(desk, reply);
  for (const named of [caseNumber, ...others]) {
    const journeys = await finder.byCaseNumber(named);
    if (journeys.length === 0) continue;
    if (await isForeign(desk, reply, journeys))
      return { found: false, reason: 'foreign-sender', caseNumber: named };
    return { found: true, journeys, correlationKey: named };
  }
  return { found: false, reason: 'unknown-case-number', caseNumber };
}

async function bySender({ channel, finder }: ReplyDesk, { senders }: IncomingReply): Promise<Target> {
  const journeys = await finder.ofPerson(senders, channel.callerVariables);
  if (journeys.length === 0) return { found: false, reason: 'unknown-sender' };
  const keys = [...new Set(journeys.map(({ businessKey }) => businessKey))];
  const [key] = keys;
  if (keys.length > 1) return { found: false, reason: 'several-journeys' };
  return { found: true, journeys, correlationKey: key ?? senders[0] ?? '' };
}

/** Whether the journey says who its person is, and it is somebody else. */
async function isForeign(
  { channel, finder }: ReplyDesk,
  { senders }: IncomingReply,
  journeys: readonly Journey[],
): Promise<boolean> {
  for (const journey of journeys) {
    const persons = (await finder.texts(journey, channel.callerVariables)).filter(
      (text) => text.trim() !== '',
    );
    if (persons.length === 0) continue;
    const known = persons.map((person) =>
      channel.kind === 'sms' ? (phoneNumber(person) ?? person) : person.trim().toLowerCase(),
    );
    return !known.some((name) => senders.includes(name));
  }
  return false;
}

async function assignedReply(
  desk: ReplyDesk,
  reply: IncomingReply,
  { journeys, correlationKey }: Extract<Target, { found: true }>,
  messageId: string,
): Promise<Reply> {
  const { channel, finder } = desk;
  const variables = replyVariables(channel.kind, reply);
  const choice = onlyChoice(await finder.steps(journeys), reply, channel);
  return {
    ...(choice === undefined ? {} : { choice: { ...choice, variables: { reply: variables } } }),
    otherwise: {
      name: channel.replyMessage,
      correlationKey,
      messageId,
      timeToLiveMs: channel.keepForMs,
      variables,
    },
  };
}

/** The choice that the first line stands for, if it is one at one step only. */
function onlyChoice(steps: readonly WaitingStep[], { text }: IncomingReply, channel: Channel) {
  const line = firstLine(text);
  const matching = steps.flatMap(({ elementInstanceId, choices, language = channel.language }) => {
    const choice = choiceOfText(choices, line, language);
    return choice === undefined ? [] : [{ elementInstanceId, digit: choice.digit }];
  });
  return matching.length === 1 ? matching[0] : undefined;
}

/** The first line with something in it that is not quoted. */
function firstLine(text: string): string {
  const lines = text.slice(0, 10_000).split(/\r?\n/);
  return lines.find((line) => line.trim() !== '' && !line.startsWith('>')) ?? '';
}

/** Its correlation key is the sender: an instance that it starts has it as business key, so that further mails find it. */
function unassignedReply(
  channel: ReplyDesk['channel'],
  reply: IncomingReply,
  { reason, caseNumber }: Extract<Target, { found: false }>,
  messageId: string,
): Reply {
  const sender = reply.senders[0] ?? reply.from;
  return {
    otherwise: {
      name: channel.unassignedMessage,
      ...(isKey(sender) ? { correlationKey: sender } : {}),
      messageId,
      timeToLiveMs: channel.keepForMs,
      variables: {
        ...replyVariables(channel.kind, reply),
        reason,
        ...(caseNumber === undefined ? {} : { caseNumber }),
      },
    },
  };
}

function messageIdOf({ messageId }: IncomingReply): string {
  return isKey(messageId) ? messageId : digest(messageId);
}

/** Whether the databases can keep it as a key. */
function isKey(text: string): boolean {
  return text !== '' && text.length <= 255 && !/\0|\p{Surrogate}/u.test(text);
}

function onceBy(messageId: string): { readonly key: string; readonly fingerprint: string } {
  return { key: digest(messageId), fingerprint: digest(messageId) };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Neither address nor number nor words are in it. */
function log(desk: ReplyDesk, target: Target, received: ReceivedReply, duplicate: boolean): void {
  const { channel, logger } = desk;
  const { outcome, processInstanceIds } = received;
  const entry = { channel: `${channel.kind}:${channel.id}`, outcome, processInstanceIds, duplicate };
  if (target.found) logger.info(entry, 'reply taken');
  else
    logger.warn(
      { ...entry, reason: target.reason, message: channel.unassignedMessage },
      'reply belongs to no journey; it is kept',
    );
}
