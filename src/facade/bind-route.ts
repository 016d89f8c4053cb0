import type { Request, RequestHandler, Response } from 'express';
import { readsBody, type Operation } from '../contract/operation.js';
import type { RequestContext } from '../runtime/runtime.js';
import type { AnyReply, Route, Services } from './handler.js';
import { exchangeOf } from './request/exchange.js';
import { fingerprint } from './request/fingerprint.js';
import { readBody } from './request/read-body.js';
import { refuse } from './respond/refusal.js';
import { problemBody, send, sendRefusal } from './respond/send.js';
import { administrator, isPermitted, type Principal } from './security/principal.js';

/** Sees each answer before it is written; `operationId` is absent where none was found. What it throws becomes a 500. */
export type ResponseCheck = (operationId: string | undefined, status: number, body: unknown) => void;

/** What binding a route needs besides the route. */
export interface BindingOptions {
  readonly services: Services;
  readonly bodyLimitBytes: number;
  readonly checkResponse?: ResponseCheck;
}

/** The Express handler of an operation: permission, body, validation, handler, answer. */
export function bindRoute({ operation, respond }: Route, options: BindingOptions): RequestHandler {
  const { services, bodyLimitBytes, checkResponse } = options;
  return async (req, res) => {
    const exchange = exchangeOf(req);
    exchange.operationId = operation.operationId;
    const principal = permitted(operation, exchange.principal);
    const { uploads = [] } = operation.request;
    const body = readsBody(operation) ? await readBody(req, res, uploads, bodyLimitBytes) : undefined;
    const { query, params, headers } = req;
    const reply = await respond(
      {
        params,
        query,
        headers,
        body,
        onCallerGone: (listener) => whenCallerGoes(res, listener),
        contextFor: (key) => ({
          ...callerContext(principal, exchange.traceparent),
          ...(key === undefined ? {} : { idempotency: idempotencyOf(operation, key, req, body) }),
        }),
      },
      services,
    );
    writeReply(req, res, operation, reply, checkResponse);
  };
}

/** Calls back when the connection closes before the answer is complete; at once, if it has. */
export function whenCallerGoes(res: Response, listener: () => void): void {
  if (res.closed) listener();
  else {
    res.once('close', () => {
      if (!res.writableEnded) listener();
    });
  }
}

/** The principal, if it may do the operation. Operations that are public need none; they change nothing. */
function permitted({ permission }: Operation, principal: Principal | undefined): Principal {
  if (permission === 'public')
    return principal ?? { ...administrator, id: 'anonymous', permissions: new Set() };
  if (principal === undefined)
    throw new Error('Expected the caller to be known before the operation is done.');
  if (isPermitted(principal, permission)) return principal;
  throw refuse('forbidden', `Expected the permission ${permission} but ${principal.id} does not have it.`);
}

/** Who asks, for the runtime. */
export function callerContext(principal: Principal, traceparent: string): RequestContext {
  return { tenantId: principal.tenantId, actor: principal.id, traceparent };
}

function idempotencyOf({ operationId }: Operation, key: string, req: Request, body: unknown) {
  const { method, path, query } = req;
  return { operation: operationId, key, fingerprint: fingerprint({ method, path, query, body }) };
}

function writeReply(
  req: Request,
  res: Response,
  operation: Operation,
  reply: AnyReply,
  checkResponse: ResponseCheck | undefined,
): void {
  if (res.closed) return;
  if (reply.replayed === true) res.setHeader('Idempotent-Replayed', 'true');
  if (!reply.ok) {
    const problem = problemBody(req.path, reply.refusal);
    checkResponse?.(operation.operationId, problem.status, problem);
    sendRefusal(res, problem, reply.refusal.headers);
    return;
  }
  const json = operation.produces === undefined;
  const text = json && reply.body !== undefined ? JSON.stringify(reply.body) : String(reply.body ?? '');
  checkResponse?.(operation.operationId, reply.status, json && text !== '' ? JSON.parse(text) : reply.body);
  for (const [name, value] of Object.entries(reply.headers ?? {})) res.setHeader(name, value);
  if (text === '' && json) res.writeHead(reply.status).end();
  else send(res, reply.status, operation.produces ?? 'application/json', text);
}
