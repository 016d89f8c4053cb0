import type { z } from 'zod';
import type { JsonObject } from '../contract/json-value.js';
import type { Operation, ResponseSchemas } from '../contract/operation.js';
import type { ApiKeys } from '../identity/api-keys.js';
import type { Principal } from '../identity/principal.js';
import type { EventHub } from '../events/event-hub.js';
import type { WebhookSender } from '../webhooks/webhook-sender.js';
import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { Redaction } from '../platform/redaction.js';
import type { Outcome } from '../runtime/outcome.js';
import type { RequestContext, Runtime } from '../runtime/runtime.js';
import type { CredentialWatch } from './security/credential-watch.js';
import { refusing, type RefusingReply } from './respond/refusal.js';
import { validate } from './request/validate.js';
import type { StreamOutput } from './respond/stream-output.js';
import type { OnCallerGone, WaitingRoom } from './waiting-room.js';

/** The contract as OpenAPI: the document, and its text, which takes a while to write. */
export interface DescribedContract {
  readonly document: JsonObject;
  readonly text: string;
}

/** What handlers work with. */
export interface Services {
  readonly runtime: Runtime;
  /** Bounds how many requests wait at a time. */
  readonly waitingRoom: WaitingRoom;
  /** Aborts when the server stops. */
  readonly stopping: AbortSignal;
  /** Whether the queue that carries jobs is there; undefined where there is none. */
  readonly queueIsUp: () => boolean | undefined;
  /** Whether requests can be served. */
  readonly readiness: Runtime['readiness'];
  /** In the text format of Prometheus. */
  readonly metrics: () => Promise<string>;
  /** The contract as OpenAPI, made when it is first asked for. */
  readonly openApi: () => DescribedContract;
  readonly logger: Logger;
  readonly apiKeys: Pick<ApiKeys, 'create' | 'revoke'>;
  readonly clock: Clock;
  /** Tells what happens. */
  readonly eventHub: EventHub;
  /** The URI that events give as their source. */
  readonly eventSource: string;
  /** Of variables whose values the history and the audit log do not tell. */
  readonly redact: Redaction;
  readonly webhookSender: Pick<WebhookSender, 'ping' | 'refusalOf'>;
  /** Ends what goes on when credentials end. */
  readonly credentialWatch: Pick<CredentialWatch, 'watch' | 'lookAgain'>;
}

/** A checked request. */
export interface Call<Params, Query, Body, Headers = unknown> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly headers: Headers;
  readonly context: RequestContext;
  /** Who asks; what it may do has been checked, and the context says how far it reaches. */
  readonly principal: Principal;
  readonly onCallerGone: OnCallerGone;
  /** Begins an answer that is written piece by piece. Nothing may be refused any more; the reply is {@link streamed}. */
  readonly openStream: () => StreamOutput;
}

/** An answer that the contract has: one of the operation's statuses with its body. */
export type DoneReply<Responses extends ResponseSchemas> = {
  readonly [Status in keyof Responses & number]: {
    readonly ok: true;
    readonly status: Status;
    readonly body: z.input<Responses[Status]>;
    readonly headers?: Readonly<Record<string, string>>;
    /** It was given before for the same `Idempotency-Key`. */
    readonly replayed?: true;
    /** The body as JSON, where somebody has written it already. */
    readonly text?: string;
  };
}[keyof Responses & number];

/** The answer has been written already. */
export interface StreamedReply {
  readonly ok: true;
  readonly isStreamed: true;
}

export const streamed: StreamedReply = { ok: true, isStreamed: true };

export type Reply<Responses extends ResponseSchemas> = DoneReply<Responses> | StreamedReply | RefusingReply;

/** A request as it came, before anything is checked. */
export interface RawCall {
  readonly params: unknown;
  readonly query: unknown;
  readonly headers: unknown;
  readonly body: unknown;
  /** The context for what is asked about, and for an `Idempotency-Key`, or without one. */
  readonly contextFor: (
    targets: Readonly<Record<string, string>>,
    idempotencyKey: string | undefined,
  ) => RequestContext;
  readonly principal: Principal;
  readonly onCallerGone: OnCallerGone;
  readonly openStream: () => StreamOutput;
}

/** An operation together with what does it. */
export interface Route {
  readonly operation: Operation;
  /** Checks the request and does it. Throws refusals for what the contract does not allow. */
  readonly respond: (raw: RawCall, services: Services) => Promise<AnyReply>;
}

/** An answer whose type has been checked where it was made. */
export type AnyReply =
  | {
      readonly ok: true;
      readonly status: number;
      readonly body: unknown;
      readonly headers?: Readonly<Record<string, string>>;
      readonly replayed?: true;
      readonly text?: string;
    }
  | StreamedReply
  | RefusingReply;

/** Binds a handler to its operation: the handler's types are those of the contract. */
export function route<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Headers extends z.ZodType<Readonly<Record<string, string | undefined>>>,
  Body extends z.ZodType,
  Responses extends ResponseSchemas,
>(
  operation: Operation<Params, Query, Headers, Body, Responses>,
  handle: (
    call: Call<z.output<Params>, z.output<Query>, z.output<Body>, z.output<Headers>>,
    services: Services,
  ) => Promise<Reply<Responses>>,
): Route {
  const { request } = operation;
  return {
    operation,
    respond: (raw, services) => {
      const headers = validate(request.headers, 'header', raw.headers);
      const params = validate(request.params, 'path', raw.params);
      const query = validate(request.query, 'query', raw.query);
      const body = validate(request.body, 'body', raw.body);
      const context = raw.contextFor(params as Readonly<Record<string, string>>, headers['idempotency-key']);
      const { principal, onCallerGone, openStream } = raw;
      return handle({ params, query, body, headers, context, principal, onCallerGone, openStream }, services);
    },
  };
}

/** An answer with a status and body of the operation. */
export function done<const Status extends number, Body>(
  status: Status,
  body: Body,
  headers: Readonly<Record<string, string>> = {},
) {
  return { ok: true, status, body, headers } as const;
}

/** The answer for an outcome: what `reply` makes of its value, or the refusal; marked when it was given before. */
export function replyWith<Value, Done extends { readonly ok: true }>(
  outcome: Outcome<Value>,
  reply: (value: Value) => Done,
): (Done & { readonly replayed?: true }) | RefusingReply {
  if (!outcome.ok) return refusing(outcome);
  const done = reply(outcome.value);
  return outcome.replayed === true ? { ...done, replayed: true } : done;
}

/** The answer of a command that has nothing to tell. */
export function replyEmpty(outcome: Outcome<null>) {
  return replyWith(outcome, () => done(204, undefined));
}
