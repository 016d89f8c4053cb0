import { Router, type Request, type RequestHandler } from 'express';
import type { Channel } from '../../platform/channels/channel.js';
import type { Clock } from '../../platform/clock.js';
import type { Logger } from '../../platform/logger.js';
import type { Runtime } from '../../runtime/runtime.js';
import { exchangeOf } from '../request/exchange.js';
import { RefusedRequest, refuse } from '../respond/refusal.js';
import { send } from '../respond/send.js';
import { defaultTenant } from '../../identity/principal.js';
import { addressOf, ChannelPosts, contextOf, type ChannelOf } from './channel-posts.js';
import { JourneyFinder } from './find-journeys.js';
import { formFields } from './form-fields.js';
import type { IncomingReply } from './replies/incoming-reply.js';
import { mailMediaTypes, readMail } from './replies/read-mail.js';
import { readText } from './replies/read-text.js';
import { takeReply, type TakenReply } from './replies/take-reply.js';
import { SingleFlight } from './single-flight.js';
import { Turnstile } from './turnstile.js';
import { twiml, twimlMediaType } from './twiml.js';
import { answerCall } from './voice/answer-call.js';
import { placeQuery, readPlace } from './voice/call-place.js';
import { readCall } from './voice/call-post.js';

/** Under which everything here stands. It is no part of the JSON contract: providers say what they send and take. */
export const channelPath = '/channels';

/** What the providers of calls and texts send: a form of a few fields. */
const form = { types: ['application/x-www-form-urlencoded'], limitBytes: 64 * 1024 };

/** An attachment of 20 MiB, which base64 and line breaks make more than a third larger, with room for the rest. */
const mail = { types: mailMediaTypes, limitBytes: 32 * 1024 * 1024 };

/** Mails are held in memory while they are read: so many of them at a time. Those that wait have not been read yet. */
const mailTurns = { atOnce: 8, waiting: 100, waitMs: 20_000 };

export interface ChannelOptions {
  readonly runtime: Runtime;
  readonly channels?: readonly Channel[];
  readonly logger: Logger;
  readonly clock: Clock;
}

/** What every channel works with. */
interface Exchange {
  readonly posts: ChannelPosts;
  readonly runtime: Runtime;
  readonly finder: JourneyFinder;
  readonly flights: SingleFlight;
  readonly mails: Turnstile;
  readonly logger: Logger;
}

/** The names under which providers reach the channels, for the check of the Host header. */
export function channelHosts(channels: readonly Channel[]): readonly string[] {
  return channels.flatMap(({ publicUrl }) => (publicUrl === undefined ? [] : [new URL(publicUrl).host]));
}

/** Telephone, mail and text: each post has to be signed by its channel's provider, and needs no other credentials. */
export function createChannels({ runtime, channels = [], logger, clock }: ChannelOptions): Router {
  const exchange: Exchange = {
    posts: new ChannelPosts(channels, clock),
    runtime,
    finder: new JourneyFinder(runtime, defaultTenant),
    flights: new SingleFlight(),
    mails: new Turnstile(mailTurns, clock),
    logger,
  };
  const router = Router({ caseSensitive: true, strict: true });
  router.route('/ivr/:channelId/voice').post(voiceHandler(exchange)).all(onlyPost);
  router.route('/mail/:channelId').post(mailHandler(exchange)).all(onlyPost);
  router.route('/sms/:channelId').post(textHandler(exchange)).all(onlyPost);
  return router;
}

function voiceHandler(exchange: Exchange): RequestHandler {
  return async (req, res) => {
    exchangeOf(req).operationId = 'answerCall';
    const channel = exchange.posts.channelOf('ivr', req);
    const { body } = await exchange.posts.receive(req, res, channel, form);
    const base = `${addressOf(channel, req)}${channelPath}/ivr/${encodeURIComponent(channel.id)}/voice`;
    const line = {
      ...exchange,
      channel,
      context: contextOf(channel, req),
      addressOf: (place: Parameters<typeof placeQuery>[0]) => `${base}${placeQuery(place)}`,
    };
    const verbs = await answerCall(line, readCall(fieldsOf(body)), readPlace(req.query));
    send(res, 200, twimlMediaType, twiml(verbs));
  };
}

function textHandler(exchange: Exchange): RequestHandler {
  return async (req, res) => {
    exchangeOf(req).operationId = 'receiveText';
    const channel = exchange.posts.channelOf('sms', req);
    const { body } = await exchange.posts.receive(req, res, channel, form);
    await take(exchange, req, channel, readText(fieldsOf(body)));
    send(res, 200, twimlMediaType, twiml([]));
  };
}

function mailHandler(exchange: Exchange): RequestHandler {
  return async (req, res) => {
    exchangeOf(req).operationId = 'receiveMail';
    const channel = exchange.posts.channelOf('mail', req);
    await exchange.mails.during(async () => {
      const { type, contentType, body } = await exchange.posts.receive(req, res, channel, mail);
      const taken = await take(exchange, req, channel, await readMail(contentType, type, body));
      send(res, 202, 'application/json', JSON.stringify(taken));
    });
  };
}

async function take(
  exchange: Exchange,
  req: Request,
  channel: ChannelOf<'mail'> | ChannelOf<'sms'>,
  reply: IncomingReply,
): Promise<TakenReply> {
  const taken = await takeReply({ ...exchange, channel, context: contextOf(channel, req) }, reply);
  if (taken.ok) return taken.value;
  throw new RefusedRequest(taken.problem);
}

const onlyPost: RequestHandler = (req) => {
  throw refuse('method-not-allowed', `Expected POST but found ${req.method}.`, {
    headers: { Allow: 'POST' },
  });
};

function fieldsOf(body: Uint8Array): URLSearchParams {
  return formFields(Buffer.from(body).toString('utf8'));
}
