import { z } from 'zod';
import { named } from './components.js';
import type { Deprecation } from './deprecation.js';
import { limits } from './limits.js';
import type { GrantedPermission, Permission } from './permissions.js';
import type { ProblemCode } from './problem-codes.js';
import type { Tag } from './tags.js';

export type Method = 'get' | 'post' | 'patch' | 'delete';

/** The request and answers of one operation; the only place that says them. */
export interface Operation<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Headers extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Responses extends ResponseSchemas = ResponseSchemas,
> {
  readonly operationId: string;
  readonly tag: Tag;
  readonly method: Method;
  /** As in OpenAPI: `/v1/jobs/{jobId}/complete`. */
  readonly path: string;
  /** What the caller must have: see `roles.ts` for who has it. */
  readonly permission: Permission;
  /** What it must have instead where the query says `dryRun=true`. */
  readonly dryRunPermission?: GrantedPermission;
  readonly summary: string;
  readonly description?: string;
  /** It will go: answers say so in header fields. Single fields are marked by `deprecatedField`. */
  readonly deprecated?: Deprecation;
  readonly request: {
    readonly params: Params;
    readonly query: Query;
    readonly headers: Headers;
    /** A body that is absent is read as `{}`. */
    readonly body: Body;
    /** Media types besides JSON that are read into the same body. */
    readonly uploads?: readonly string[];
  };
  readonly responses: Responses;
  /** The media type of the successful answer, if it is not JSON. */
  readonly produces?: string;
  /** The answer is a stream of server-sent events without an end: what each has in its `data`. */
  readonly streams?: z.ZodType;
  /** Besides those that the shape of the operation implies: see `problemsOf`. */
  readonly problems: readonly ProblemCode[];
}

/** Schemas of successful answers by status; `noContent` where the answer has no body. */
export interface ResponseSchemas {
  readonly [status: number]: z.ZodType;
}

/** Declares an operation, keeping the types of its schemas. */
export function operation<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Headers extends z.ZodType,
  Body extends z.ZodType,
  Responses extends ResponseSchemas,
>(
  declaration: Operation<Params, Query, Headers, Body, Responses>,
): Operation<Params, Query, Headers, Body, Responses> {
  return declaration;
}

/** No path parameters. */
export const noParams = z.strictObject({});

/** No query parameters: an unknown one is refused, so that typos are not swallowed. */
export const noQuery = z.strictObject({});

/** No header that the operation itself reads. */
export const noHeaders = z.object({});

/** The request has no body; one that is sent is not read. */
export const noBody = z.undefined();

/** The request has no fields: no body, or `{}`. */
export const emptyBody = named('NoFields', z.strictObject({}));

/** The answer has no body. */
export const noContent = z.undefined();

/** Of operations that create or change: the same key with the same request gives the first answer again for 24 hours. */
export const idempotencyHeaders = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]+$/, { error: 'Expected visible ASCII characters without spaces.' })
    .min(1)
    .max(limits.idempotencyKeyLength)
    .optional(),
});

/** The parts of a request that reads nothing; spread it and replace what is read. */
export const nothing = { params: noParams, query: noQuery, headers: noHeaders, body: noBody };

/** The parts of a request that changes something: an optional body, and an `Idempotency-Key`. */
export const command = { params: noParams, query: noQuery, headers: idempotencyHeaders, body: emptyBody };

/** Whether the operation takes an `Idempotency-Key`. */
export function takesIdempotencyKey({ request }: Operation): boolean {
  return request.headers === idempotencyHeaders;
}

/** Whether the operation changes nothing: sent twice, it does what it does sent once. */
export function changesNothing({ method, permission }: Operation): boolean {
  return method === 'get' || /:(read|evaluate|test)$/.test(permission);
}

/** What the caller must have for the operation with that query. */
export function permissionFor(
  { permission, dryRunPermission }: Pick<Operation, 'permission' | 'dryRunPermission'>,
  query: { readonly dryRun?: unknown },
): Permission {
  return query.dryRun === 'true' ? (dryRunPermission ?? permission) : permission;
}

/** Whether the operation reads a body. */
export function readsBody({ request }: Operation): boolean {
  return request.body !== noBody;
}

/** Every problem that the operation answers: those it declares, and those that its shape implies. */
export function problemsOf(declaration: Operation): readonly ProblemCode[] {
  const body: readonly ProblemCode[] = [
    'malformed-json',
    'malformed-request',
    'unsupported-media-type',
    'payload-too-large',
  ];
  const idempotency: readonly ProblemCode[] = ['idempotency-key-in-flight', 'idempotency-key-reused'];
  const credentials: readonly ProblemCode[] = ['unauthorized', 'forbidden', 'csrf-refused'];
  return [
    ...new Set<ProblemCode>([
      ...declaration.problems,
      'validation-failed',
      ...(readsBody(declaration) ? body : []),
      ...(takesIdempotencyKey(declaration) ? idempotency : []),
      ...(declaration.permission === 'public' ? [] : credentials),
      'malformed-request',
      'forbidden-host',
      'forbidden-origin',
      'request-timeout',
      'too-many-requests',
      'header-fields-too-large',
      'internal-error',
      'service-unavailable',
    ]),
  ];
}
