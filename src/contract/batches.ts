import { z } from 'zod';
import { named } from './components.js';
import { variables } from './json-value.js';
import { limits } from './limits.js';
import { migrateRequest } from './migrations.js';
import { openList } from './open-list.js';
import { command, noContent, nothing, operation } from './operation.js';
import { searchResult } from './page.js';
import { problem } from './problem.js';
import { processInstanceFilter } from './process-instances.js';
import { choiceField, numberField, searchRequest, textField, timeField } from './search.js';
import { id, key } from './text.js';
import { time } from './time.js';

const tag = 'batches';

/** What a batch can do to process instances. */
export const batchOperations = [
  'cancel',
  'retry',
  'migrate',
  'modify',
  'suspend',
  'resume',
  'delete',
] as const;

/** `collecting`: nothing has been changed yet. `canceled`: what is pending is not done any more. */
export const batchStates = ['collecting', 'running', 'completed', 'canceled'] as const;

/** `pending`: not yet; in a batch that was canceled, never. */
export const batchItemStates = ['pending', 'done', 'failed'] as const;

const batchParams = z.strictObject({ batchId: id });
const batchPath = '/v1/batches/{batchId}';

/** Instructions that many instances can follow: by elements, since each instance has element instances of its own. */
const modification = z
  .strictObject({
    activate: z
      .array(z.strictObject({ elementId: key, variables: variables.optional() }))
      .max(limits.instructions)
      .default([]),
    cancel: z
      .array(z.strictObject({ elementId: key }))
      .max(limits.instructions)
      .default([]),
    move: z
      .array(z.strictObject({ fromElementId: key, toElementId: key, variables: variables.optional() }))
      .max(limits.instructions)
      .default([]),
  })
  .refine((given) => given.activate.length + given.cancel.length + given.move.length > 0, {
    error: 'Expected at least one instruction.',
  });

/** The part of the request that belongs to one operation alone. */
const partOf = { migration: 'migrate', modification: 'modify', retries: 'retry' } as const;

/** An empty list of variables is none: it would find everything. */
function hasCondition({ variables, ...fields }: z.infer<typeof processInstanceFilter>): boolean {
  return Object.values(fields).some((value) => value !== undefined) || (variables ?? []).length > 0;
}

const createRequest = named(
  'CreateBatchRequest',
  z
    .strictObject({
      operation: z.enum(batchOperations),
      filter: processInstanceFilter
        .refine(hasCondition, {
          error: 'Expected at least one condition: name what all have in common, such as their state.',
        })
        .optional()
        .describe(
          'As in the search of process instances; those that were started by the time of the request.',
        ),
      processInstanceIds: z.array(id).min(1).max(limits.batchInstances).optional(),
      migration: migrateRequest.optional().describe('With `migrate`.'),
      modification: modification.optional().describe('With `modify`.'),
      retries: z
        .int()
        .min(1)
        .max(limits.jobRetries)
        .optional()
        .describe('With `retry`: what a job gets whose retries ran out; default 1.'),
    })
    .refine((given) => (given.filter === undefined) !== (given.processInstanceIds === undefined), {
      error: 'Expected exactly one of filter and processInstanceIds.',
    })
    .superRefine((given, context) => {
      for (const part of ['migration', 'modification', 'retries'] as const) {
        const belongs = given.operation === partOf[part];
        if (given[part] !== undefined && !belongs) {
          const message = `Expected ${part} with the operation ${partOf[part]} alone but the operation is ${given.operation}.`;
          context.addIssue({ code: 'custom', path: [part], message });
        }
        if (given[part] === undefined && belongs && part !== 'retries') {
          const message = `Expected ${part} with the operation ${given.operation}.`;
          context.addIssue({ code: 'custom', path: [part], message });
        }
      }
    }),
);

/** An operation on many process instances, and how far it is. */
export const batch = named(
  'Batch',
  z.object({
    batchId: z.string(),
    operation: openList(z.enum(batchOperations)),
    state: z.enum(batchStates),
    total: z.int().describe('Process instances collected so far; once it is running, all.'),
    done: z.int(),
    failed: z.int(),
    createdAt: time,
    createdBy: z.string(),
    endedAt: time.optional(),
    problem: problem
      .pick({ code: true, detail: true })
      .optional()
      .describe('Why it was ended: the filter finds too many, or something failed again and again.'),
  }),
);

/** A process instance of a batch. */
export const batchItem = named(
  'BatchItem',
  z.object({
    processInstanceId: z.string(),
    state: z.enum(batchItemStates),
    problem: problem
      .pick({ code: true, detail: true })
      .optional()
      .describe('Why it failed, as the single operation would have been refused.'),
    endedAt: time.optional(),
  }),
);

/** What batches are searched by. */
export const batchFields = {
  batchId: textField,
  operation: choiceField(batchOperations),
  state: choiceField(batchStates),
  total: numberField,
  done: numberField,
  failed: numberField,
  createdAt: timeField,
  endedAt: timeField,
};

/** What the process instances of a batch are searched by. */
export const batchItemFields = {
  processInstanceId: textField,
  state: choiceField(batchItemStates),
  code: textField,
  endedAt: timeField,
};

export const createBatch = operation({
  operationId: 'createBatch',
  tag,
  method: 'post',
  path: '/v1/batches',
  permission: 'batch:create',
  summary: 'Do something to many process instances',
  description:
    'Answered as soon as it is noted; it is done in the background, each process instance in a transaction of its own, once. First the process instances are collected, then they are done. What is refused for one is its failure and keeps no other from being done.',
  request: { ...command, body: createRequest },
  responses: { 202: batch },
  problems: ['invalid-argument'],
});

export const searchBatches = operation({
  operationId: 'searchBatches',
  tag,
  method: 'post',
  path: '/v1/batches/search',
  permission: 'batch:read',
  summary: 'Search batches',
  request: { ...nothing, body: searchRequest(batchFields, {}) },
  responses: { 200: searchResult(batch) },
  problems: [],
});

export const getBatch = operation({
  operationId: 'getBatch',
  tag,
  method: 'get',
  path: batchPath,
  permission: 'batch:read',
  summary: 'Get a batch and its progress',
  request: { ...nothing, params: batchParams },
  responses: { 200: batch },
  problems: ['not-found'],
});

export const searchBatchItems = operation({
  operationId: 'searchBatchItems',
  tag,
  method: 'post',
  path: `${batchPath}/items/search`,
  permission: 'batch:read',
  summary: 'Search the process instances of a batch, such as those that failed',
  request: { ...nothing, params: batchParams, body: searchRequest(batchItemFields, {}) },
  responses: { 200: searchResult(batchItem) },
  problems: ['not-found'],
});

export const cancelBatch = operation({
  operationId: 'cancelBatch',
  tag,
  method: 'post',
  path: `${batchPath}/cancel`,
  permission: 'batch:cancel',
  summary: 'Cancel a batch',
  description: 'Once this is answered nothing more is changed by it. What was done stays done.',
  request: { ...command, params: batchParams },
  responses: { 204: noContent },
  problems: ['not-found', 'invalid-state'],
});
