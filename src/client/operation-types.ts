import type { z } from 'zod';
import type { JsonValue } from '../contract/json-value.js';
import type * as apiKeys from '../contract/api-keys.js';
import type * as auditEntries from '../contract/audit-entries.js';
import type * as batches from '../contract/batches.js';
import type * as conditions from '../contract/conditions.js';
import type * as decisions from '../contract/decisions.js';
import type * as deployments from '../contract/deployments.js';
import type * as elementInstances from '../contract/element-instances.js';
import type * as health from '../contract/health.js';
import type * as incidents from '../contract/incidents.js';
import type * as jobBatches from '../contract/job-batches.js';
import type * as jobs from '../contract/jobs.js';
import type * as me from '../contract/me.js';
import type * as messages from '../contract/messages.js';
import type * as migrations from '../contract/migrations.js';
import type * as modifications from '../contract/modifications.js';
import type { Operation } from '../contract/operation.js';
import type * as definitions from '../contract/process-definitions.js';
import type * as history from '../contract/process-instance-history.js';
import type * as instances from '../contract/process-instances.js';
import type * as signals from '../contract/signals.js';
import type * as userTasks from '../contract/user-tasks.js';
import type * as webhooks from '../contract/webhooks.js';

/** The operations among what a module of the contract exports; each is exported under its id. */
type OperationsOf<Module> = {
  readonly [Name in keyof Module as Module[Name] extends Operation ? Name : never]: Module[Name];
};

/** Every operation of the contract by its id, with the types of its schemas. */
export type Operations = OperationsOf<typeof apiKeys> &
  OperationsOf<typeof auditEntries> &
  OperationsOf<typeof batches> &
  OperationsOf<typeof conditions> &
  OperationsOf<typeof decisions> &
  OperationsOf<typeof deployments> &
  OperationsOf<typeof elementInstances> &
  OperationsOf<typeof health> &
  OperationsOf<typeof incidents> &
  OperationsOf<typeof jobBatches> &
  OperationsOf<typeof jobs> &
  OperationsOf<typeof me> &
  OperationsOf<typeof messages> &
  OperationsOf<typeof migrations> &
  OperationsOf<typeof modifications> &
  OperationsOf<typeof definitions> &
  OperationsOf<typeof history> &
  OperationsOf<typeof instances> &
  OperationsOf<typeof signals> &
  OperationsOf<typeof userTasks> &
  OperationsOf<typeof webhooks>;

export type OperationId = keyof Operations;

/** What an operation is called with: path parameters, query parameters and body, each only where the operation has some. */
export type RequestOf<Id extends OperationId> =
  Operations[Id] extends Operation<infer Params, infer Query, z.ZodType, infer Body>
    ? Joined<
        Part<'params', z.input<Params>> & Part<'query', Decoded<Query>> & Part<'body', Given<z.input<Body>>>
      >
    : never;

/** The body of an operation's successful answer; undefined where it has none. */
export type AnswerOf<Id extends OperationId> = Operations[Id]['responses'] extends infer Responses
  ? {
      [Status in keyof Responses]: Responses[Status] extends z.ZodType ? z.input<Responses[Status]> : never;
    }[keyof Responses]
  : never;

/** No part where there is no field (`Record<string, never>`) or no body (undefined); optional where every field is. */
type Part<Name extends string, Fields> = [Fields] extends [undefined]
  ? unknown
  : string extends keyof Fields
    ? unknown
    : Record<never, never> extends Fields
      ? { readonly [Key in Name]?: Fields }
      : { readonly [Key in Name]: Fields };

/** The same, with lists that may be readonly; variables are as they are. */
type Given<T> = [JsonValue] extends [T] ? T : GivenParts<T>;
type GivenParts<T> = T extends readonly (infer Item)[]
  ? readonly Given<Item>[]
  : T extends object
    ? string extends keyof T
      ? T
      : { readonly [Name in keyof T]: Given<T[Name]> }
    : T;

/** Query parameters as what they mean (a number, true), optional where the text may be absent. */
type Decoded<Query extends z.ZodType> = {
  [Name in keyof z.input<Query>]: Name extends keyof z.output<Query> ? z.output<Query>[Name] : never;
};

/** As one object type; one without any field takes nothing. */
type Joined<Parts> = [keyof Parts] extends [never]
  ? Readonly<Record<string, never>>
  : { readonly [Name in keyof Parts]: Parts[Name] };
