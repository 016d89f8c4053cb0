import type { Clock } from '../../platform/clock.js';
import type { Logger } from '../../platform/logger.js';
import type { BatchClaim, BatchFilter, BatchRow } from '../batch.js';
import { batchLimits } from '../batch-limits.js';
import { BatchEnded, batchOperations, doBatchItem, failBatchItem } from '../commands/do-batch-item.js';
import type { Executor } from '../executor.js';
import { isInstanceId } from '../ids.js';
import type { Store } from '../ports.js';
import { StoreUnavailable, TransactionConflict } from '../ports.js';
import type { RequestContext } from '../runtime.js';
import { Sleeper } from '../sleeper.js';
import { LOOK_AGAIN_MS, RETRY_MS } from './loop.js';

/** How long a node has a batch to itself. One that died is followed by another after that. */
export const CLAIM_MS = 30_000;

/** Ids collected in one transaction. */
const PAGE = 1_000;

/** Instances of a batch that are done before the next batch has its turn. */
const TURN = 100;

/** A batch that fails so often on one node, the database being there, is ended with its reason. */
export const TRIES_MAX = 10;

/** Batches whose failures are counted at a time; beyond that all begin anew. */
const COUNTED_MAX = 1_000;

/** Instances done at once: enough to fill a commit group, few enough to leave room for requests. */
const AT_ONCE = 20;

export interface BatchLoopParts {
  readonly store: Store;
  readonly executor: Executor;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Names this node in claims; another one for each start. */
  readonly node: string;
}

/**
 * Works on the open batches of all tenants, a turn each: collects the instances, page by page, then does them, each in a
 * transaction of its own. Everything it knows is in the database; any node goes on where another stopped.
 */
export function batchLoop(parts: BatchLoopParts): Sleeper {
  const { store, clock, logger, node } = parts;
  const failures = new Map<string, number>();
  const work = async (): Promise<number> => {
    const claim = await store.transact((tx) => tx.batches.claim(node, batchOperations, CLAIM_MS, TURN));
    if (claim === undefined) return clock.now() + LOOK_AGAIN_MS;
    const isFurther = await tryTurn(parts, claim, failures);
    await store.transact((tx) => Promise.resolve(tx.batches.release(claim.batch.batchId, node)));
    return clock.now() + (isFurther ? 0 : RETRY_MS);
  };
  return new Sleeper(clock, work, (error) => {
    logger.error({ err: error }, 'batches could not be worked on; trying again');
    return clock.now() + RETRY_MS;
  });
}

/** A turn whose unexpected failures are counted: with the last the batch ends. While the database is away none is counted. */
async function tryTurn(
  parts: BatchLoopParts,
  claim: BatchClaim,
  failures: Map<string, number>,
): Promise<boolean> {
  const { store, logger } = parts;
  const { batchId, state } = claim.batch;
  try {
    const isFurther = await turn(parts, claim);
    failures.delete(batchId);
    return isFurther;
  } catch (error) {
    if (error instanceof StoreUnavailable || error instanceof TransactionConflict) throw error;
    const count = (failures.get(batchId) ?? 0) + 1;
    logger.error({ err: error, batchId, count }, 'batch failed; trying again until it has failed too often');
    if (failures.size >= COUNTED_MAX) failures.clear();
    failures.set(batchId, count);
    if (count < TRIES_MAX) return false;
    const detail = failedDetails[state === 'collecting' ? 'collecting' : 'running'];
    await store.transact((tx) => {
      tx.batches.end(batchId, 'canceled', { code: 'internal-error', detail });
      return Promise.resolve();
    });
    failures.delete(batchId);
    return true;
  }
}

const failedDetails = {
  collecting: `Expected to find the process instances but failed ${TRIES_MAX} times. Nothing was done. The log tells more under the id of the batch.`,
  running: `Expected to go on but failed ${TRIES_MAX} times. What is pending is not done. The log tells more under the id of the batch.`,
} as const;

/** Answers whether there is no need for a pause. */
async function turn(parts: BatchLoopParts, { batch, pending }: BatchClaim): Promise<boolean> {
  if (batch.state === 'collecting') {
    await collect(parts, batch);
    return true;
  }
  const until = parts.clock.elapsed() + CLAIM_MS / 2;
  for (let at = 0; at < pending.length && parts.clock.elapsed() < until; at += AT_ONCE) {
    const group = pending.slice(at, at + AT_ONCE);
    const settled = await Promise.allSettled(group.map((id) => doItem(parts, batch, id)));
    const done = settled.map((one) => {
      if (one.status === 'rejected') throw one.reason;
      return one.value;
    });
    if (done.includes('unavailable')) return false;
    if (done.includes('ended')) return true;
  }
  return pending.length > 0;
}

/** Notes the next instances that the filter finds; what was started after the batch is not among them. */
async function collect({ store }: BatchLoopParts, batch: BatchRow): Promise<void> {
  const { tenantId, batchId, collectedTo, total, reach } = batch;
  const { ids, endCursor } = await store.queries.processInstanceIds(tenantId, {
    ...startedBy(batch.filter ?? { filter: {} }, batch.createdAt),
    ...(reach === undefined ? {} : { reach }),
    sort: [{ field: 'startedAt', order: 'asc' }],
    page: { limit: PAGE, ...(collectedTo === undefined ? {} : { after: collectedTo }) },
  });
  await store.transact(async (tx) => {
    if (total + ids.length <= batchLimits.items)
      return void (await tx.batches.addItems(batch, ids, endCursor));
    const detail = `Expected at most ${batchLimits.items} process instances but the filter finds more. Nothing was done.`;
    tx.batches.end(batchId, 'canceled', { code: 'limit-exceeded', detail });
  });
}

function startedBy({ filter, ...others }: BatchFilter, time: number): BatchFilter {
  const { $lte = time, ...conditions } = filter['startedAt'] ?? {};
  return {
    ...others,
    filter: { ...filter, startedAt: { ...conditions, $lte: Math.min(Number($lte), time) } },
  };
}

async function doItem(
  { executor, logger }: BatchLoopParts,
  batch: BatchRow,
  processInstanceId: string,
): Promise<'done' | 'ended' | 'unavailable'> {
  const { batchId } = batch;
  const context = contextOf(batch, processInstanceId);
  const options = isInstanceId(processInstanceId) ? { instanceId: processInstanceId } : {};
  try {
    await executor.run(context, doBatchItem(batch, processInstanceId), options);
    return 'done';
  } catch (error) {
    if (error instanceof BatchEnded) return 'ended';
    if (error instanceof StoreUnavailable) {
      logger.warn({ err: error, batchId, processInstanceId }, 'batch interrupted; trying again');
      return 'unavailable';
    }
    logger.error({ err: error, batchId, processInstanceId }, 'batch failed at a process instance');
  }
  try {
    await executor.run(context, failBatchItem(batch, processInstanceId), options);
    return 'done';
  } catch (error) {
    if (error instanceof BatchEnded) return 'ended';
    if (!(error instanceof StoreUnavailable)) throw error;
    logger.warn({ err: error, batchId, processInstanceId }, 'a failure could not be noted; trying again');
    return 'unavailable';
  }
}

/** Who asked for the batch acts, and reaches as far as then. */
function contextOf(
  { batchId, tenantId, actor, operation, reach, traceparent, auditOrigin }: BatchRow,
  processInstanceId: string,
): RequestContext {
  const targets = { batchId, processInstanceId };
  return {
    tenantId,
    actor,
    ...(reach === undefined ? {} : { reach }),
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(auditOrigin && { audit: { ...auditOrigin, operation: `${operation}ProcessInstance`, targets } }),
  };
}
