import type { z } from 'zod';
import {
  batchFields,
  batchItemFields,
  cancelBatch,
  createBatch,
  getBatch,
  searchBatches,
  searchBatchItems,
} from '../../contract/batches.js';
import { processInstanceFields } from '../../contract/process-instances.js';
import type { BatchFilter, BatchInstruction } from '../../runtime/ports.js';
import { done, replyEmpty, replyWith, route } from '../handler.js';
import { searchRequestOf } from '../request/search-request.js';
import { notFound } from '../respond/refusal.js';
import { batchItemView, batchView } from '../views/batch-view.js';
import { searchView } from '../views/search-view.js';

type CreateBody = z.output<typeof createBatch.request.body>;

export const batchRoutes = [
  route(createBatch, async ({ body, context }, { runtime }) => {
    const { processInstanceIds } = body;
    const outcome = await runtime.createBatch(context, {
      instruction: instructionOf(body),
      ...(processInstanceIds === undefined ? { filter: filterOf(body) } : { processInstanceIds }),
    });
    return replyWith(outcome, (row) => done(202, batchView(row)));
  }),

  route(searchBatches, async ({ body, context }, { runtime }) => {
    const request = searchRequestOf(batchFields, body);
    return searchView(await runtime.queries.searchBatches(context.tenantId, request), batchView);
  }),

  route(getBatch, async ({ params: { batchId }, context }, { runtime }) => {
    const row = await runtime.queries.batch(context.tenantId, batchId);
    return row === undefined ? notFound('batch', batchId) : done(200, batchView(row));
  }),

  route(searchBatchItems, async ({ params: { batchId }, body, context }, { runtime }) => {
    const { queries } = runtime;
    const { tenantId } = context;
    if ((await queries.batch(tenantId, batchId)) === undefined) return notFound('batch', batchId);
    const request = searchRequestOf(batchItemFields, body);
    return searchView(await queries.searchBatchItems(tenantId, batchId, request), batchItemView);
  }),

  route(cancelBatch, async ({ params: { batchId }, context }, { runtime }) =>
    replyEmpty(await runtime.cancelBatch(context, batchId)),
  ),
];

/** The contract has seen to it that the operation has its part of the request. */
function instructionOf({ operation, migration, modification, retries }: CreateBody): BatchInstruction {
  if (operation === 'migrate' && migration !== undefined) return { operation, migration };
  if (operation === 'modify' && modification !== undefined) {
    const move = modification.move.map(({ fromElementId, ...to }) => ({
      ...to,
      from: { elementId: fromElementId },
    }));
    return { operation, modification: { ...modification, move } };
  }
  if (operation === 'retry') return { operation, ...(retries === undefined ? {} : { retries }) };
  if (operation === 'migrate' || operation === 'modify') {
    throw new Error(`Expected the contract to ask for the instructions of ${operation}.`);
  }
  return { operation };
}

function filterOf({ filter = {} }: CreateBody): BatchFilter {
  const { variables } = filter;
  const request = searchRequestOf(processInstanceFields, { filter }, { variables });
  return { filter: request.filter, ...(variables === undefined ? {} : { variables }) };
}
