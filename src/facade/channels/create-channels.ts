import { Router, type Request, type RequestHandler, type Response } from 'express';
import type { Channel, ChannelKind } from '../../platform/channels/channel.js';
import type { Clock } from '../../platform/clock.js';
import type { Logger } from '../../platform/logger.js';
import type { RequestContext, Runtime } from '../../runtime/runtime.js';
import { exchangeOf } from '../request/exchange.js';
import { RefusedRequest, refuse } from '../respond/refusal.js';
import { send } from '../respond/send.js';
import { defaultTenant } from '../security/principal.js';
import { JourneyFinder } from './find-journeys.js';
import { readPost, type Post } from './read-post.js';
import type { IncomingReply } from './replies/incoming-reply.js';
import { mailMediaTypes, readMail } from './replies/read-mail.js';
import { readText } from './replies/read-text.js';
import { takeReply, type TakenReply } from './replies/take-reply.js';
import { checkSignature } from './signatures/check-signature.js';
import { SingleFlight } from './single-flight.js';
import { twiml, twimlMediaType } from './twiml.js';
import { answerCall } from './voice/answer-call.js';
import { placeQuery, readPlace } from './voice/call-place.js';
import { readCall } from './voice/call-post.js';

/** Under which everything here stands. It is no part of the JSON contract: providers say what they send and take. */
export const channelPath = '/channels';

/** What the providers of calls and texts send is a form of a few fields. */
const formBytesMax = 64 * 1024;
const formTypes = ['application/x-www-form-urlencoded'];

/** An attachment of 20 MiB, which base64 and line breaks make more than a third larger, with room for the rest. */
export const mailBytesMax = 32 * 1024 * 1024;
/** Mails are held in memory while they are read: so many of them at a time. */
const mailsAtOnceMax = 8;

export interface ChannelOptions {
  readonly runtime: Runtime;
  readonly channels?: readonly Channel[];
  readonly logger: Logger;
  readonly clock: Clock;
}

/** The names under which providers reach the channels, for the check of the Host header. */
export function channelHosts(channels: readonly Channel[]): readonly string[] {
  return channels.flatMap(({ publicUrl }) => (publicUrl === undefined ? [] : [new URL(publicUrl).host]));
}

/** Telephone, mail and text: each post has to be signed by its channel's provider, and needs no other credentials. */
export function createChannels({ runtime, channels = [], logger, clock }: ChannelOptions): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const byName = new Map(channels.map((channel) => [`${channel.kind}:${channel.id}`, channel]));
  const flights = new SingleFlight();
  const finder = new JourneyFinder(runtime, defaultTenant);

  const channelOf = <Kind extends ChannelKind>(
    kind: Kind,
    req: Request,
  ): Channel & { readonly kind: Kind } => {
    const id = String(req.params['channelId']);
    const channel = byName.get(`${kind}:${id}`);
    if (channel !== undefined && isOfKind(channel, kind)) return channel;
    throw refuse(
      'not-found',
      `Expected a channel of the kind ${kind} but found ${JSON.stringify(id.slice(0, 255))}.`,
    );
  };

  const receive = async (
    req: Request,
    res: Response,
    channel: Channel,
    types: readonly string[],
    limitBytes: number,
  ): Promise<Post> => {
    res.setHeader('Cache-Control', 'no-store');
    const post = await readPost(req, res, types, limitBytes);
    const url = `${baseOf(channel, req)}${req.originalUrl}`;
    checkSignature(channel.signing, { url, headers: req.headers, body: post.body }, clock.now());
    exchangeOf(req).principal = { id: actorOf(channel), tenantId: defaultTenant, permissions: new Set() };
    return post;
  };

  const answerVoice: RequestHandler = async (req, res) => {
    exchangeOf(req).operationId = 'answerCall';
    const channel = channelOf('ivr', req);
    const { body } = await receive(req, res, channel, formTypes, formBytesMax);
    const call = readCall(formOf(body));
    const base = `${baseOf(channel, req)}${channelPath}/ivr/${encodeURIComponent(channel.id)}/voice`;
    const verbs = await answerCall(
      {
        channel,
        runtime,
        finder,
        flights,
        logger,
        context: contextOf(channel, req),
        addressOf: (place) => `${base}${placeQuery(place)}`,
      },
      call,
      readPlace(req.query),
    );
    send(res, 200, twimlMediaType, twiml(verbs));
  };

  const take = async (
    req: Request,
    channel: Channel & { readonly kind: 'mail' | 'sms' },
    reply: IncomingReply,
  ): Promise<TakenReply> => {
    const context = contextOf(channel, req);
    const taken = await takeReply({ channel, runtime, finder, flights, logger, context }, reply);
    if (taken.ok) return taken.value;
    throw new RefusedRequest(taken.problem);
  };

  const answerText: RequestHandler = async (req, res) => {
    exchangeOf(req).operationId = 'receiveText';
    const channel = channelOf('sms', req);
    const { body } = await receive(req, res, channel, formTypes, formBytesMax);
    await take(req, channel, readText(formOf(body)));
    send(res, 200, twimlMediaType, twiml([]));
  };

  let mailsUnderWay = 0;
  const answerMail: RequestHandler = async (req, res) => {
    exchangeOf(req).operationId = 'receiveMail';
    const channel = channelOf('mail', req);
    if (mailsUnderWay >= mailsAtOnceMax) {
      throw refuse('too-many-requests', `Expected at most ${mailsAtOnceMax} mails at a time.`);
    }
    mailsUnderWay += 1;
    try {
      const { type, contentType, body } = await receive(req, res, channel, mailMediaTypes, mailBytesMax);
      const taken = await take(req, channel, await readMail(contentType, type, body));
      send(res, 202, 'application/json', JSON.stringify(taken));
    } finally {
      mailsUnderWay -= 1;
    }
  };

  router.route('/ivr/:channelId/voice').post(answerVoice).all(onlyPost);
  router.route('/mail/:channelId').post(answerMail).all(onlyPost);
  router.route('/sms/:channelId').post(answerText).all(onlyPost);
  return router;
}

const onlyPost: RequestHandler = (req) => {
  throw refuse('method-not-allowed', `Expected POST but found ${req.method}.`, {
    headers: { Allow: 'POST' },
  });
};

function isOfKind<Kind extends ChannelKind>(
  channel: Channel,
  kind: Kind,
): channel is Channel & { readonly kind: Kind } {
  return channel.kind === kind;
}

/** The Host header has been checked by now. */
function baseOf({ publicUrl }: Channel, req: Request): string {
  return publicUrl ?? `http://${req.headers.host ?? 'localhost'}`;
}

function actorOf({ kind, id }: Channel): string {
  return `channel:${kind}:${id}`;
}

function contextOf(channel: Channel, req: Request): RequestContext {
  return { tenantId: defaultTenant, actor: actorOf(channel), traceparent: exchangeOf(req).traceparent };
}

function formOf(body: Uint8Array): URLSearchParams {
  return new URLSearchParams(Buffer.from(body).toString('utf8'));
}
