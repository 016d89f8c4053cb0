import { notFound } from '../instances.js';
import { done, refused } from '../outcome.js';
import { isWithinBatches } from '../reach.js';
import type { UseCase } from '../unit.js';

/** Ends a batch that is open: from the commit on it changes nothing more. What it has done stays done. */
export function cancelBatch(batchId: string): UseCase<null> {
  return async ({ tx, context, audit }) => {
    const batch = await tx.batches.load(context.tenantId, batchId);
    if (!batch || !isWithinBatches(context.reach, batch)) return notFound('batch', batchId);
    if (batch.endedAt !== undefined) {
      const detail = `Expected batch "${batchId}" to be collecting or running but it is ${batch.state}.`;
      return refused('invalid-state', detail);
    }
    audit.change({ state: batch.state }, { state: 'canceled' });
    tx.batches.end(batchId, 'canceled');
    return done(null);
  };
}
