import type { Request, Response } from 'express';
import type { Channel, ChannelKind } from '../../platform/channels/channel.js';
import type { Clock } from '../../platform/clock.js';
import type { RequestContext } from '../../runtime/runtime.js';
import { auditOriginOf } from '../request/audit-origin-of.js';
import { exchangeOf } from '../request/exchange.js';
import { refuse } from '../respond/refusal.js';
import { channelPrincipal, defaultTenant } from '../../identity/principal.js';
import { readPost, type Post } from './read-post.js';
import { checkSignature } from './signatures/check-signature.js';

/** A channel of one kind. */
export type ChannelOf<Kind extends ChannelKind> = Channel & { readonly kind: Kind };

/** Finds the channels, and reads what their providers have signed. */
export class ChannelPosts {
  readonly #byName: ReadonlyMap<string, Channel>;

  constructor(
    channels: readonly Channel[],
    private readonly clock: Clock,
  ) {
    this.#byName = new Map(channels.map((channel) => [`${channel.kind}:${channel.id}`, channel]));
  }

  /** The channel that the path names. Throws `not-found` where there is none of the kind. */
  channelOf<Kind extends ChannelKind>(kind: Kind, req: Request): ChannelOf<Kind> {
    const id = String(req.params['channelId']);
    const channel = this.#byName.get(`${kind}:${id}`);
    if (channel !== undefined && isOfKind(channel, kind)) return channel;
    const found = JSON.stringify(id.slice(0, 255));
    throw refuse('not-found', `Expected a channel of the kind ${kind} but found ${found}.`);
  }

  /** The body of a post to the channel. Throws refusals for other types, larger bodies, and what its provider has not signed. */
  async receive(
    req: Request,
    res: Response,
    channel: Channel,
    { types, limitBytes }: { readonly types: readonly string[]; readonly limitBytes: number },
  ): Promise<Post> {
    res.setHeader('Cache-Control', 'no-store');
    const post = await readPost(req, res, types, limitBytes);
    const url = `${addressOf(channel, req)}${req.originalUrl}`;
    checkSignature(channel.signing, { url, headers: req.headers, body: post.body }, this.clock.now());
    exchangeOf(req).principal = channelPrincipal(actorOf(channel));
    return post;
  }
}

/** Where the provider reaches this server; the Host header has been checked by now. */
export function addressOf({ publicUrl }: Channel, req: Request): string {
  return publicUrl ?? `http://${req.headers.host ?? 'localhost'}`;
}

/** The channel as who asks. */
export function contextOf(channel: Channel, req: Request): RequestContext {
  const actor = actorOf(channel);
  const { traceparent } = exchangeOf(req);
  const audit = auditOriginOf(req, channelPrincipal(actor), `channel:${channel.kind}`, {});
  return { tenantId: defaultTenant, actor, traceparent, audit };
}

function actorOf({ kind, id }: Channel): string {
  return `channel:${kind}:${id}`;
}

function isOfKind<Kind extends ChannelKind>(channel: Channel, kind: Kind): channel is ChannelOf<Kind> {
  return channel.kind === kind;
}
