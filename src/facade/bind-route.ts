import type { Request, RequestHandler, Response } from 'express';
import { permissionFor, readsBody, type Operation } from '../contract/operation.js';
import { failpoint } from '../platform/failpoints.js';
import { narrowedRuntime } from '../runtime/narrowed-runtime.js';
import type { RequestContext } from '../runtime/runtime.js';
import type { AnyReply, Route, Services, StreamedReply } from './handler.js';
import { auditOriginOf, isAudited } from './request/audit-origin-of.js';
import { exchangeOf } from './request/exchange.js';
import { fingerprint } from './request/fingerprint.js';
import { instanceOf } from './request/instance-of.js';
import { readBody } from './request/read-body.js';
import { deprecationHeadersOf } from './respond/deprecation-headers.js';
import { problemBody, send, sendRefusal } from './respond/send.js';
import { openStream } from './respond/stream-output.js';
import { authorize } from './security/authorize.js';
import { anonymous, type Principal } from '../identity/principal.js';
import type { Access } from './security/access.js';
import type { TenantGate } from './security/tenant-gate.js';
import { whenNobodyWaits } from './when-nobody-waits.js';

/** Sees each answer before it is written; `operationId` is absent where none was found. What it throws becomes a 500. */
export type ResponseCheck = (operationId: string | undefined, status: number, body: unknown) => void;

/** What binding a route needs besides the route. */
export interface BindingOptions {
  readonly services: Services;
  readonly tenantGate: TenantGate;
  readonly config: { readonly auditJobWork: boolean };
  readonly checkResponse?: ResponseCheck;
}

/** The Express handler of an operation: permission, body, validation, handler, answer. */
export function bindRoute({ operation, respond }: Route, options: BindingOptions): RequestHandler {
  const { services, tenantGate, config, checkResponse } = options;
  const deprecationHeaders = deprecationHeadersOf(operation);
  return async (req, res) => {
    const exchange = exchangeOf(req);
    exchange.operationId = operation.operationId;
    exchange.route = operation.path;
    exchange.processInstanceId = instanceOf(req.params);
    const principal = exchange.principal ?? callerOf(operation);
    const permission = permissionFor(operation, req.query);
    const access = authorize(req, principal, permission);
    if (permission !== 'public') await tenantGate.admit(access.tenantId, principal.id, permission);
    const { uploads = [] } = operation.request;
    const body = readsBody(operation)
      ? await readBody(req, res, uploads, tenantGate.bodyLimitOf(access.tenantId))
      : undefined;
    const { query, params, headers } = req;
    for (const [name, value] of Object.entries(deprecationHeaders({ query, headers, body })))
      res.setHeader(name, value);
    const reply = await respond(
      {
        params,
        query,
        headers,
        body,
        principal,
        onCallerGone: (listener) => whenNobodyWaits(req, res, services.credentialWatch, listener),
        openStream: () => openStream(res, operation.produces ?? 'application/octet-stream', services.clock),
        contextFor: (targets, key) => ({
          ...callerContext(principal, access, exchange.traceparent),
          ...(isAudited(operation, req.query, config)
            ? { audit: auditOriginOf(req, principal, operation.operationId, targets) }
            : {}),
          ...(key === undefined ? {} : { idempotency: idempotencyOf(operation, key, principal, req, body) }),
        }),
      },
      { ...services, runtime: narrowedRuntime(services.runtime, access.reach) },
    );
    if ('isStreamed' in reply) return;
    exchange.processInstanceId = instanceIn(reply) ?? exchange.processInstanceId;
    failpoint('before-answer');
    writeReply(req, res, operation, reply, checkResponse);
  };
}

/** The process instance that an answer is about. */
function instanceIn(reply: Exclude<AnyReply, StreamedReply>): string | undefined {
  if (!reply.ok || typeof reply.body !== 'object' || reply.body === null) return undefined;
  const { processInstanceId } = reply.body as { readonly processInstanceId?: unknown };
  return typeof processInstanceId === 'string' ? processInstanceId : undefined;
}

/** Who asks where nobody has been asked for credentials: such operations are public, and change nothing. */
function callerOf({ permission, operationId }: Operation): Principal {
  if (permission === 'public') return anonymous;
  throw new Error(`Expected the caller of ${operationId} to be known before it is done.`);
}

/** Who asks, for the runtime. */
export function callerContext(
  { id, name = id }: Principal,
  { tenantId, reach }: Access,
  traceparent: string,
): RequestContext {
  return { tenantId, actor: name, traceparent, ...(reach === undefined ? {} : { reach }) };
}

/** The key is the principal's own: nobody else is given what it was answered. */
function idempotencyOf(
  { operationId }: Operation,
  key: string,
  { id: principal }: Principal,
  req: Request,
  body: unknown,
) {
  const { method, path, query } = req;
  return { operation: operationId, key, principal, fingerprint: fingerprint({ method, path, query, body }) };
}

function writeReply(
  req: Request,
  res: Response,
  operation: Operation,
  reply: Exclude<AnyReply, StreamedReply>,
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
  const text =
    reply.text ?? (json && reply.body !== undefined ? JSON.stringify(reply.body) : String(reply.body ?? ''));
  checkResponse?.(operation.operationId, reply.status, json && text !== '' ? JSON.parse(text) : reply.body);
  for (const [name, value] of Object.entries(reply.headers ?? {})) res.setHeader(name, value);
  if (text === '' && json) res.writeHead(reply.status).end();
  else send(res, reply.status, operation.produces ?? 'application/json', text);
}
