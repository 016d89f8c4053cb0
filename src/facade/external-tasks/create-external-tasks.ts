import { Router, type Request, type RequestHandler, type Response } from 'express';
import type { z } from 'zod';
import { limits } from '../../contract/limits.js';
import type { Clock } from '../../platform/clock.js';
import type { Logger } from '../../platform/logger.js';
import type { Outcome } from '../../runtime/outcome.js';
import { narrowedRuntime } from '../../runtime/narrowed-runtime.js';
import type { RequestContext, Runtime } from '../../runtime/runtime.js';
import { callerContext } from '../bind-route.js';
import { whenNobodyWaits } from '../when-nobody-waits.js';
import type { CredentialWatch } from '../security/credential-watch.js';
import { auditOriginOf } from '../request/audit-origin-of.js';
import { exchangeOf } from '../request/exchange.js';
import { instanceOf } from '../request/instance-of.js';
import { readBody } from '../request/read-body.js';
import { validate } from '../request/validate.js';
import { refuse, RefusedRequest } from '../respond/refusal.js';
import { send } from '../respond/send.js';
import { authorize } from '../security/authorize.js';
import type { TenantGate } from '../security/tenant-gate.js';
import type { WaitingRoom } from '../waiting-room.js';
import { answerExternalTaskError } from './answer-external-task-error.js';
import {
  bpmnErrorRequest,
  completeRequest,
  extendLockRequest,
  failureRequest,
  fetchAndLockRequest,
  lockRequest,
  taskPath,
} from './external-task-requests.js';
import { externalTaskView } from './external-task-view.js';
import { fetchAndLock } from './fetch-and-lock.js';
import { plainVariables } from './typed-variables.js';

/** Where Camunda 7's external-task clients look; their `baseUrl` is this server's with `/engine-rest`. */
export const externalTaskPath = '/engine-rest/external-task';

export interface ExternalTaskOptions {
  readonly runtime: Runtime;
  readonly tenantGate: TenantGate;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly authenticate: RequestHandler;
  readonly waitingRoom: WaitingRoom;
  readonly credentialWatch: Pick<CredentialWatch, 'watch'>;
  /** Whether what workers do is in the audit log too. */
  readonly auditJobWork: boolean;
}

/** What a call does to one job; it answers 204. */
interface TaskCall<Body extends z.ZodType> {
  readonly name: string;
  readonly body: Body;
  readonly act: (
    runtime: Runtime,
    context: RequestContext,
    jobId: string,
    body: z.output<Body>,
  ) => Promise<Outcome<null>>;
}

/**
 * The seven calls of Camunda 7's external-task clients, over our jobs: a topic is a job type, a lock an activation held by the
 * worker of that id. It is no part of the JSON contract: names and errors are theirs.
 */
export function createExternalTasks(options: ExternalTaskOptions): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.use(options.authenticate);
  router.post('/fetchAndLock', fetchHandler(options));
  for (const call of taskCalls) router.post(`/:taskId/${call.name}`, taskHandler(call, options));
  router.use((req) => {
    throw refuse(
      'not-found',
      `Expected a call of an external-task client but found ${req.method} ${req.path.slice(0, 255)}.`,
    );
  });
  router.use(answerExternalTaskError(options.logger));
  return router;
}

function fetchHandler(options: ExternalTaskOptions): RequestHandler {
  const { clock, waitingRoom, credentialWatch } = options;
  return async (req, res) => {
    exchangeOf(req).operationId = 'fetchAndLock';
    const { context, runtime } = await workerOf(req, options);
    const request = validate(fetchAndLockRequest, 'body', await bodyOf(req, res, options, context));
    const jobs = await waitingRoom.during(
      (listener) => whenNobodyWaits(req, res, credentialWatch, listener),
      (signal) => fetchAndLock(request, { runtime, clock, context, signal }),
    );
    if (res.closed) return;
    const tasks = jobs.map((job) => externalTaskView(job, request.workerId));
    send(res, 200, 'application/json', JSON.stringify(tasks));
  };
}

function taskHandler(call: AnyTaskCall, options: ExternalTaskOptions): RequestHandler {
  return async (req, res) => {
    const exchange = exchangeOf(req);
    exchange.operationId = `externalTask/${call.name}`;
    exchange.processInstanceId = instanceOf(req.params);
    const { context, runtime } = await workerOf(req, options);
    const { taskId } = validate(taskPath, 'path', req.params);
    const body = await bodyOf(req, res, options, context);
    const outcome = await call.run(runtime, context, taskId, body);
    if (!outcome.ok) throw new RefusedRequest(outcome.problem);
    res.writeHead(204).end();
  };
}

/** Who calls, and the runtime as far as it reaches. */
async function workerOf(req: Request, { runtime, tenantGate, auditJobWork }: ExternalTaskOptions) {
  const exchange = exchangeOf(req);
  const { principal, traceparent, operationId = '' } = exchange;
  if (principal === undefined) throw new Error('Expected the caller to be known before its call is done.');
  const access = authorize(req, principal, 'job:work');
  await tenantGate.admit(access.tenantId, principal.id, 'job:work');
  const context: RequestContext = {
    ...callerContext(principal, access, traceparent),
    ...(auditJobWork ? { audit: auditOriginOf(req, principal, operationId, {}) } : {}),
  };
  return { context, runtime: narrowedRuntime(runtime, access.reach) };
}

function bodyOf(
  req: Request,
  res: Response,
  { tenantGate }: ExternalTaskOptions,
  { tenantId }: RequestContext,
): Promise<unknown> {
  return readBody(req, res, [], tenantGate.bodyLimitOf(tenantId));
}

interface AnyTaskCall {
  readonly name: string;
  readonly run: (
    runtime: Runtime,
    context: RequestContext,
    jobId: string,
    body: unknown,
  ) => Promise<Outcome<null>>;
}

function taskCall<Body extends z.ZodType>({ name, body: schema, act }: TaskCall<Body>): AnyTaskCall {
  return {
    name,
    run: (runtime, context, jobId, body) => act(runtime, context, jobId, validate(schema, 'body', body)),
  };
}

const taskCalls: readonly AnyTaskCall[] = [
  taskCall({
    name: 'complete',
    body: completeRequest,
    act: (runtime, context, jobId, { workerId: worker, variables, localVariables }) =>
      runtime.completeJob(context, jobId, {
        worker,
        variables: plainVariables(variables),
        localVariables: plainVariables(localVariables),
      }),
  }),
  taskCall({
    name: 'failure',
    body: failureRequest,
    act: (runtime, context, jobId, { workerId: worker, errorMessage, errorDetails, retries, retryTimeout }) =>
      runtime.failJob(context, jobId, {
        worker,
        errorMessage: [errorMessage, errorDetails].filter(Boolean).join('\n').slice(0, limits.textLength),
        retries: retries ?? 0,
        backoffMs: retryTimeout ?? 0,
      }),
  }),
  taskCall({
    name: 'bpmnError',
    body: bpmnErrorRequest,
    act: (runtime, context, jobId, { workerId: worker, errorCode, errorMessage, variables }) =>
      runtime.throwJobError(context, jobId, {
        worker,
        errorCode,
        ...(errorMessage ? { errorMessage } : {}),
        variables: plainVariables(variables),
      }),
  }),
  taskCall({
    name: 'lock',
    body: lockRequest,
    act: (runtime, context, jobId, { workerId: worker, lockDuration: timeoutMs }) =>
      runtime.lockJob(context, jobId, { worker, timeoutMs }),
  }),
  taskCall({
    name: 'extendLock',
    body: extendLockRequest,
    act: (runtime, context, jobId, { workerId: worker, newDuration: timeoutMs }) =>
      runtime.extendJob(context, jobId, { worker, timeoutMs }),
  }),
  taskCall({
    name: 'unlock',
    body: taskPath.partial(),
    act: (runtime, context, jobId) => runtime.releaseJob(context, jobId, {}),
  }),
];
